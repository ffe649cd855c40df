// node_modules/preact/dist/preact.mjs
var n$1, t$3, r$2, u$3, i$2, f$3, o$3, e$2, l$2, c$2, a$3, h$3 = Symbol.for("pv"), p$3 = {}, y$3 = [], v$2 = /^m(i|n|o|s|text|space)$/, w$3 = Array.isArray, d$3 = y$3.slice, _$3 = Object.assign;
function g$3(n) {
	n && n.parentNode && n.remove();
}
function k$2(n, t, r) {
	var u, i, f, o = {}, e = arguments.length;
	for (f in t) f == "key" ? u = t[f] : f == "ref" && typeof n != "function" ? i = t[f] : o[f] = t[f];
	return e > 2 && (o.children = e > 3 ? d$3.call(arguments, 2) : r), m$3(n, o, u, i, null);
}
function m$3(r, u, i, f, o) {
	var e = {
		type: r,
		props: u,
		key: i,
		ref: f,
		__k: null,
		__: null,
		__b: 0,
		__e: null,
		__c: null,
		constructor: h$3,
		__v: o || ++t$3,
		__i: -1,
		__u: 0
	};
	return !o && n$1.vnode && n$1.vnode(e), e;
}
function $(n) {
	return n.children;
}
function x$1(n, t) {
	this.props = n, this.context = t, this.__g = 0;
}
function S$1(n, t) {
	if (t == null) return n.__ && S$1(n.__, n.__i + 1);
	for (var r; t < n.__k.length; t++) if ((r = n.__k[t]) && r.__e) return r.__e;
	return typeof n.type != "function" || n.props.__P ? null : S$1(n);
}
function C$1(t) {
	var r, u = t.__v, i = u.__e, f = [], o = [], e = t.__P;
	e && ((r = _$3({ constructor: h$3 }, u)).__v = u.__v + 1, n$1.vnode && n$1.vnode(r), z$1(e, r, u, t.__n, e.namespaceURI, 32 & u.__u ? [i] : null, f, i || S$1(u), 32 & u.__u, o), r.__v = u.__v, r.__.__k[r.__i] = r, E$1(f, r, o), u.__ = u.__e = null, r.__e != i && j$1(r));
}
function j$1(n) {
	if ((n = n.__) && n.__c && !n.props.__P) return n.__e = null, n.__k.some(function(t) {
		return t && (n.__e = t.__e);
	}), j$1(n);
}
function L(t) {
	(8 & t.__g || (t.__g |= 8, u$3.push(t), f$3++)) && i$2 == n$1.debounceRendering || ((i$2 = n$1.debounceRendering) || queueMicrotask)(H);
}
function H() {
	try {
		for (var n, t = 1; u$3.length;) u$3.length > t && u$3.sort(o$3), n = u$3.shift(), t = u$3.length, 8 & n.__g && C$1(n);
	} finally {
		(f$3 = u$3.length) && (i$2 || queueMicrotask)(H);
	}
}
function I(n, t, r, u, i, f, o, e, l, c, a) {
	var s, h, v, w, d, _, g = u.__k || y$3, k = t.length;
	for (l = q(r, t, g, l, k), s = 0; s < k; s++) (v = r.__k[s]) != null && (h = ~v.__i && g[v.__i] || p$3, v.__i = s, _ = z$1(n, v, h, i, f, o, e, l, c, a), w = v.__e, (h.ref != v.ref || 8 & h.__u) && (h.ref && G$1(h.ref, null, v, h), v.ref && a.push(v.ref, v.__c || w, v)), d ||= w, 4 & v.__u ? (l = A$2(v, l, n, !h.__v), h.__e && (h.__e = null)) : typeof v.type == "function" && _ !== void 0 ? l = _ : w && (l = w.nextSibling), v.__u &= -21);
	return r.__e = d, l;
}
function q(n, t, r, u, i) {
	var f, o, e, l, c, a, s, p, y, v = r.length, d = v, _ = 0, g = 0, k = n.__k = Array(i);
	for (f = 0; f < i; f++) (o = t[f]) != null && typeof o != "boolean" && typeof o != "function" ? (typeof o != "object" || o.constructor === String ? o = k[f] = m$3(null, o) : w$3(o) ? o = k[f] = m$3($, { children: o }) : o.constructor === h$3 && o.__b ? o = k[f] = m$3(o.type, o.props, o.key, o.ref, o.__v) : k[f] = o, l = f + _, o.__ = n, o.__b = n.__b + 1, e = null, ~(c = o.__i = P$1(o, r, l, d)) && (d--, (e = r[c]) && (e.__u |= 2)), e && e.__v ? (o.__u |= 16, c == l - 1 ? _-- : c == l + 1 ? _++ : c != l && (c > l ? _-- : _++, g = 1)) : (~c || (i > v ? _-- : i < v && _++), typeof o.type != "function" && (o.__u |= 4))) : k[f] = null;
	if (g) {
		for (a = [], s = [], f = 0; f < i; f++) if ((o = k[f]) && 16 & o.__u) {
			for (_ = 0, p = a.length; _ < p;) a[y = _ + p >> 1] < o.__i ? _ = y + 1 : p = y;
			a[_] = o.__i, s[f] = _ + 1;
		}
		for (_ = a.length; f--;) s[f] && (s[f] == _ ? _-- : k[f].__u |= 4);
	}
	if (d) for (f = 0; f < v; f++) !(e = r[f]) || 2 & e.__u || (e.__e == u && (u = S$1(e)), J(e, e));
	return u;
}
function A$2(n, t, r, u) {
	var i, f, o, e;
	if (typeof n.type == "function") {
		if (n.props.__P) return t;
		if (i = n.__k) for (f = 0; f < i.length; f++) i[f] && (i[f].__ = n, t = A$2(i[f], t, r, !1));
		return t;
	}
	for (t && !t.parentNode && (t = S$1(n)) && !t.parentNode && (t = null), o = n.__e, e = t; e && e.nodeType == 8;) e = e.nextSibling;
	for (o != e && (!u && r.moveBefore && o.parentNode ? r.moveBefore(o, t) : r.insertBefore(o, t || null)), t = o; (t &&= t.nextSibling) && t.nodeType == 8 && !t.data.startsWith("$s"););
	return t;
}
function P$1(n, t, r, u) {
	var i, f = n.key, o = n.type, e = t[r], l = e && !(2 & e.__u);
	if (e === null && f == null || l && f == e.key && o == e.type) return r;
	if (u > +!!l) {
		for (i = r - 1; i >= 0; i--) if ((e = t[i]) && !(2 & e.__u) && f == e.key && o == e.type) return i;
		for (i = r + 1; i < t.length; i++) if ((e = t[i]) && !(2 & e.__u) && f == e.key && o == e.type) return i;
	}
	return -1;
}
function T$1(n, t, r) {
	r ??= "", t[0] == "-" ? n.setProperty(t, r) : n[t] = r;
}
function N(n, t, r, u, i) {
	var f, o;
	if (t == "style") {
		if (typeof r == "string") n.style.cssText = r;
		else {
			if (typeof u == "string" && (n.style.cssText = u = ""), u) for (t in u) r && t in r || T$1(n.style, t);
			if (r) for (t in r) u && r[t] == u[t] || T$1(n.style, t, r[t]);
		}
	} else if (t[0] == "o" && t[1] == "n") typeof r != "function" && (r = null), typeof u != "function" && (u = null), (n.__e ||= {})[t] = r, r && u || (o = a$3[t] || (a$3[t] = V(t)), (n.__a ||= {})[t] = c$2, f = t != (t = t.replace(l$2, "$1")), (t = t.slice(2))[0] < "a" && (t = t.toLowerCase()), r ? n.addEventListener(t, o, f) : n.removeEventListener(t, o, f));
	else {
		if (i == "http://www.w3.org/2000/svg") t = t.replace(/xlink(H|:h)/, "h").replace(/sName$/, "s");
		else if (t != "width" && t != "height" && t != "href" && t != "list" && t != "form" && t != "tabIndex" && t != "download" && t != "rowSpan" && t != "colSpan" && t != "role" && t != "popover" && t in n) try {
			n[t] = r ?? "";
			return;
		} catch {}
		if (typeof r == "function") return;
		r == null || !1 === r && t[4] != "-" ? n.removeAttribute(t) : n.setAttribute(t, t == "popover" && r == 1 ? "" : r);
	}
}
function V(t) {
	return function(r) {
		var u = this.__e;
		if (u) {
			if (u = u[t], r[e$2] == null) r[e$2] = c$2++;
			else if (r[e$2] < this.__a[t]) return;
			return u(n$1.event ? n$1.event(r) : r);
		}
	};
}
function z$1(t, r, u, i, f, o, e, l, c, a) {
	var s, p, v, d, k, b, m, M, C, j, L, H, q, A, O, P, T, N, V = r.type;
	if (r.constructor !== h$3) return null;
	128 & u.__u && (c = 32 & u.__u, s = u.__c.__z) && (r.__u |= c, p = o = [], s.nodeType == 8 ? l = B$1(s, o) : o.push(s), l = o[0] || l), (s = n$1.__b) && s(r);
	n: if (typeof V == "function") {
		v = e.length;
		try {
			if (M = r.props, C = (s = V.prototype) && s.render, j = (s = V.contextType) && i[s.__c], L = s ? j ? j.props.value : s.__ : i, (d = u.__c) ? (r.__c = d, 2 & d.__g && (d.__g |= 1)) : (C ? r.__c = d = new V(M, L) : (r.__c = d = new x$1(M, L), d.constructor = V, d.render = K), j && j.sub(d), d.state || (d.state = {}), d.__n = i, d.__g |= 8, d.__h = [], d.__k = []), C && (d.__s || (d.__s = d.state), V.getDerivedStateFromProps && (d.__s == d.state && (d.__s = _$3({}, d.__s)), _$3(d.__s, V.getDerivedStateFromProps(M, d.__s)))), k = d.props, b = d.state, d.__v = r, u.__c) {
				if (M !== k && C && !V.getDerivedStateFromProps && d.componentWillReceiveProps && d.componentWillReceiveProps(M, L), r.__v == u.__v && !(8 & d.__g) || !(4 & d.__g) && d.shouldComponentUpdate && !1 === d.shouldComponentUpdate(M, d.__s, L)) {
					r.__v != u.__v && (d.props = M, d.state = d.__s, d.__g &= -9), r.__e = u.__e, r.__k = u.__k, r.__k.some(function(n) {
						n && (n.__ = r);
					}), y$3.push.apply(d.__h, d.__k), d.__k = [], d.__h.length && e.push(d), l = S$1(u);
					break n;
				}
				d.componentWillUpdate && d.componentWillUpdate(M, d.__s, L), C && d.componentDidUpdate && d.__h.push(function() {
					d.componentDidUpdate(k, b, m);
				});
			} else C && !V.getDerivedStateFromProps && d.componentWillMount && d.componentWillMount(), C && d.componentDidMount && d.__h.push(d.componentDidMount);
			d.context = L, d.props = M, d.__P = t, d.__g &= -5, H = n$1.__r, q = C ? 25 : 0;
			do
				d.__g &= -9, H && H(r), s = d.render(d.props, d.state = d.__s, d.context);
			while (8 & d.__g && ++q < 25);
			C && (y$3.push.apply(d.__h, d.__k), d.__k = []), d.state = d.__s, d.getChildContext && (i = _$3({}, i, d.getChildContext())), C && u.__c && d.getSnapshotBeforeUpdate && (m = d.getSnapshotBeforeUpdate(k, b)), A = s && s.type === $ && s.key == null ? s.props.children : s, M.__P && (s = l, f = (t = M.__P).namespaceURI, c = o = null, u.props && u.props.__P != t && (u.__k.some(function(n) {
				n && J(n, n);
			}), u.__k = null), l = u.__k ? S$1(u, 0) : null), l = I(t, w$3(A) ? A : [A], r, u, i, f, o, e, l, c, a), M.__P && (r.__e = null, l = s), r.__u &= -161, p && p.some(g$3), d.__h.length && e.push(d), 1 & d.__g && (d.__g &= -4);
		} catch (t) {
			if (e.length = v, r.__v = null, c || o) {
				if (t && t.then) {
					if (r.__u |= 128 | c, o) {
						for (~(T = o.indexOf(l || void 0)) || (T = o.length); (N = o[T - 1]) && N.nodeType == 8;) T--;
						for (; T < o.length; T++) if (N = o[T]) {
							if (o[T] = null, O) {
								if (N == P) break;
							} else {
								if (N.nodeType != 8) break;
								N.data.startsWith("$s") && (P = B$1(O = N));
							}
						}
					}
					if (!O) {
						for (; l && l.nodeType == 8 && l.nextSibling;) l = l.nextSibling;
						O = l;
					}
					(s = B$1(O = r.__c.__z || (r.__c.__z = O))) ? (r.__e = O, l = s) : r.__e = l, l &&= l.nextSibling;
				} else o && o.some(g$3);
			} else r.__e = u.__e;
			r.__k ||= u.__k || [], t && t.then || D$1(r), n$1.__e(t, r, u);
		}
	} else l = r.__e = F$1(u.__e, r, u, i, f, o, e, c, a, t);
	return (s = n$1.diffed) && s(r), l;
}
function B$1(n, t) {
	if (n && n.nodeType == 8 && n.data.startsWith("$s")) for (var r = 1; n = n.nextSibling;) {
		if (n.nodeType == 8) {
			if (n.data.startsWith("$s")) r++;
			else if (n.data.startsWith("/$s") && !--r) return n;
		}
		t && t.push(n);
	}
}
function D$1(n) {
	n && (n.__c && (n.__c.__g |= 4), n.__k && n.__k.some(D$1));
}
function E$1(t, r, u) {
	for (var i = 0; i < u.length;) G$1(u[i++], u[i++], u[i++]);
	n$1.__c && n$1.__c(r, t), t.some(function(r) {
		try {
			t = r.__h, r.__h = [], t.some(function(n) {
				n.call(r);
			});
		} catch (t) {
			n$1.__e(t, r.__v);
		}
	});
}
function F$1(t, r, u, i, f, o, e, l, c, a) {
	var s, h, y, _, k, b, m, M, $ = u.props || p$3, x = r.props, C = r.type;
	if (C == "svg" ? f = "http://www.w3.org/2000/svg" : C == "math" ? f = "http://www.w3.org/1998/Math/MathML" : f ||= "http://www.w3.org/1999/xhtml", o) {
		for (s = 0; s < o.length; s++) if ((k = o[s]) && (C ? k.localName == C : k.nodeType == 3)) {
			t = k, o[s] = null;
			break;
		}
	}
	if (!t) {
		if (M = a.ownerDocument || document, !C) return M.createTextNode(x);
		t = M.createElementNS(f, C, x.is ? x : a), l &&= (n$1.__m && n$1.__m(r, o), !1), o = null;
	}
	if (C) {
		if (a = C == "template" && t.content || t, o = C == "textarea" && x.defaultValue != null ? null : o && d$3.call(a.childNodes), !l && o) for ($ = {}, s = 0; s < t.attributes.length; s++) $[(k = t.attributes[s]).name] = k.value;
		for (s in $) k = $[s], s == "dangerouslySetInnerHTML" ? y = k : s == "children" || s in x || s == "value" && "defaultValue" in x || s == "checked" && "defaultChecked" in x || N(t, s, null, k, f);
		for (s in x) k = x[s], s == "children" ? _ = k : s == "dangerouslySetInnerHTML" ? h = k : s == "value" ? b = k : s == "checked" ? m = k : l && typeof k != "function" || $[s] === k || N(t, s, k, $[s], f);
		h ? (l || y && (h.__html == y.__html || h.__html == t.innerHTML) || (t.innerHTML = h.__html), r.__k = []) : (y && (t.textContent = ""), (C == "foreignObject" || f == "http://www.w3.org/1998/Math/MathML" && v$2.test(C)) && (f = "http://www.w3.org/1999/xhtml"), I(a, w$3(_) ? _ : [_], r, u, i, f, o, e, o ? o[0] : u.__k && S$1(u, 0), l, c), o && o.some(g$3)), l && C != "textarea" || (s = "value", C == "progress" && b == null ? t.removeAttribute(s) : b == null || b === t[s] && (C != "progress" || b) || N(t, s, b, $[s], f), s = "checked", m != null && m != t[s] && N(t, s, m, $[s], f));
	} else $ === x || l && t.data == x || (t.data = x);
	return t;
}
function G$1(t, r, u, i) {
	try {
		typeof t == "function" ? r ? r.__x = t(r) || 1 : (i &&= i.__c || i.__e) && (r = i.__x) && (i.__x = null, typeof r == "function" ? r() : t(null)) : t.current = r;
	} catch (t) {
		n$1.__e(t, u);
	}
}
function J(t, r, u) {
	var i, f, o, e;
	if (n$1.unmount && n$1.unmount(t), !(i = t.ref) || i.current && i.current != t.__e || G$1(i, null, r, t), i = t.__c) {
		if (i.componentWillUnmount) try {
			i.componentWillUnmount();
		} catch (t) {
			n$1.__e(t, r);
		}
		i.__P = i.__n = null;
	}
	if (i = t.__k) for (e = 0; e < i.length; e++) i[e] && J(i[e], r, typeof t.type != "function" || u && !t.props.__P);
	!u && (i = t.__c) && (i = i.__z) && (f = B$1(i, o = [])) && (i == t.__e && o.some(g$3), g$3(f), g$3(i)), u || g$3(t.__e), t.__e = t.__c = t.__ = null;
}
function K(n, t, r) {
	return this.constructor(n, r);
}
function Q(t, r) {
	var u, i, f, o;
	n$1.__ && n$1.__(t, r), r.nodeType == 9 && (r = r.documentElement), i = (u = t && 32 & t.__u) ? null : r.__k, r.__k = m$3($, { children: [t] }), f = [], o = [], z$1(r, r.__k, i || p$3, p$3, r.namespaceURI, i ? null : r.firstChild ? d$3.call(r.childNodes) : null, f, i ? i.__e : r.firstChild, u, o), E$1(f, r.__k, o), r.__k.props.children = null;
}
n$1 = { __e: function(n, t, r, u) {
	for (var i, o, e; t = t.__;) if ((i = t.__c) && !(1 & i.__g)) {
		i.__g |= 4;
		try {
			if ((e = (o = i.constructor) && o.getDerivedStateFromError) && i.setState(o.getDerivedStateFromError(n)), i.componentDidCatch && (i.componentDidCatch(n, u || {}), e = 1), e && 8 & i.__g) return void (i.__g |= 2);
		} catch (t) {
			n = t;
		}
	}
	throw f$3 = 0, n;
} }, t$3 = 0, r$2 = function(n) {
	return n != null && n.constructor === h$3;
}, x$1.prototype.setState = function(n, t) {
	var r = this.__s;
	r && r != this.state || (r = this.__s = _$3({}, this.state)), typeof n == "function" && (n = n(_$3({}, r), this.props)), n && (_$3(r, n), this.__v && (t && this.__k.push(t), L(this)));
}, x$1.prototype.forceUpdate = function(n) {
	this.__v && (this.__g |= 4, n && this.__h.push(n), L(this));
}, x$1.prototype.render = $, u$3 = [], f$3 = 0, o$3 = function(n, t) {
	return n.__v.__b - t.__v.__b;
}, e$2 = Symbol(), l$2 = /(PointerCapture)$|Capture$/i, c$2 = 0, a$3 = {};
// node_modules/preact/hooks/dist/hooks.mjs
var t$2, r$1, u$2, i$1, o$2 = Object.is, f$2 = 0, c$1 = [], e$1 = [], a$2 = n$1, v$1 = a$2.__b, l$1 = a$2.__r, m$2 = a$2.diffed, h$2 = a$2.__c, s$1 = a$2.unmount, p$2 = a$2.__;
function y$2(n, t) {
	a$2.__h && a$2.__h(r$1, n, f$2 || t), f$2 = 0;
	var u = r$1.__H || (r$1.__H = {
		__: [],
		__h: []
	});
	return n >= u.__.length && u.__.push({}), u.__[n];
}
function d$2(n) {
	return f$2 = 1, _$2(G, n);
}
function _$2(n, u, i) {
	var f = y$2(t$2++, 2);
	if (f.t = n, !f.__c && (f.__ = [i ? i(u) : G(void 0, u), function(n) {
		var t = (f.__N || f.__)[0], r = f.t(t, n);
		o$2(t, r) || (f.__N = [r, f.__[1]], f.__c.setState({}));
	}], f.__c = r$1, !r$1.__f)) {
		r$1.__f = !0;
		var c = r$1.shouldComponentUpdate;
		r$1.shouldComponentUpdate = function(n, t, r) {
			var u = this.__H;
			if (!u) return !0;
			var i = !1, f = this.props != n;
			if (u.__.some(function(n) {
				n.__N && (i = !0, o$2(n.__[0], n.__N[0]) || (f = !0));
			}), c) {
				var e = c.call(this, n, t, r);
				return i ? e || f : e;
			}
			return !i || f;
		};
	}
	return f.__;
}
function A$1(n, u) {
	var i = y$2(t$2++, 3);
	!a$2.__s && E(i.__H, u) && (i.__P = !0, i.__ = n, i.u = u, r$1.__H.__h.push(i));
}
function T(n) {
	return f$2 = 5, w$2(function() {
		return { current: n };
	}, []);
}
function w$2(n, r) {
	var u = y$2(t$2++, 7);
	return E(u.__H, r) && (u.__ = n(), u.__H = r), u.__;
}
function b$2(n, t) {
	return f$2 = 8, w$2(function() {
		return n;
	}, t);
}
function O$1(n) {
	var u = y$2(t$2++, 10), i = d$2();
	return u.__ = n, r$1.componentDidCatch || (r$1.componentDidCatch = function(n, t) {
		u.__ && u.__(n, t), i[1](n);
	}), [i[0], function() {
		return i[1]();
	}];
}
function P() {
	var n = y$2(t$2++, 11);
	if (!n.__) {
		for (var u = r$1.__v; !u.__m && u.__;) u = u.__;
		var i = u.__m || (u.__m = [0, 0]);
		n.__ = "P" + i[0] + "-" + i[1]++;
	}
	return n.__;
}
function g$2() {
	var n;
	do {
		for (; n = e$1.shift();) try {
			C(n);
		} catch (t) {
			a$2.__e(t, { __: (n = n.__P) && n.__v });
		}
		for (; n = c$1.shift();) {
			var t = n.__H;
			if (n.__P && t) try {
				t.__h.some(C), t.__h.some(D), t.__h = [];
			} catch (r) {
				t.__h = [], a$2.__e(r, n.__v);
			}
		}
	} while (e$1.length);
}
a$2.__b = function(n) {
	r$1 = null, v$1 && v$1(n);
}, a$2.__ = function(n, t) {
	n && t.__k && t.__k.__m && (n.__m = t.__k.__m), p$2 && p$2(n, t);
}, a$2.__r = function(n) {
	l$1 && l$1(n), t$2 = 0;
	var i = (r$1 = n.__c).__H;
	i && (u$2 == r$1 ? r$1.__h = [] : (i.__h.some(C), i.__h.some(D), t$2 = 0), i.__h = [], i.__.some(function(n) {
		n.__N && (n.__ = n.__N), n.u = n.__N = void 0;
	})), u$2 = r$1;
}, a$2.diffed = function(n) {
	m$2 && m$2(n);
	var t = n.__c;
	t && t.__H && (t.__H.__h.length && B(c$1.push(t)), t.__H.__.some(function(n) {
		n.u && (n.__H = n.u);
	})), u$2 = r$1 = null;
}, a$2.__c = function(n, t) {
	t.some(function(n) {
		try {
			n.__h.some(C), n.__h = n.__h.filter(function(n) {
				return !n.__ || D(n);
			});
		} catch (t) {
			n.__h = [function() {
				throw t;
			}];
		}
	}), h$2 && h$2(n, t);
}, a$2.unmount = function(n) {
	s$1 && s$1(n);
	var t, r, u = n.__c;
	u && u.__H && (u.__H.__.some(function(u) {
		try {
			if (u.__P && u.__c) {
				if (r === void 0) {
					for (r = n.__; r && (!r.__c || !r.__c.__P);) r = r.__;
					r &&= r.__c;
				}
				u.__P = r, B(e$1.push(u));
			} else C(u);
		} catch (n) {
			t = n;
		}
	}), u.__H = void 0, t && a$2.__e(t, u.__v));
};
var k$1 = typeof requestAnimationFrame == "function";
function z(n) {
	var t, r = function() {
		clearTimeout(u), k$1 && cancelAnimationFrame(t), setTimeout(n);
	}, u = setTimeout(r, 35);
	k$1 && (t = requestAnimationFrame(r));
}
function B(n) {
	n != 1 && i$1 == a$2.requestAnimationFrame || ((i$1 = a$2.requestAnimationFrame) || z)(g$2);
}
function C(n) {
	var t = r$1, u = n.__c;
	typeof u == "function" && (n.__c = void 0, u()), r$1 = t;
}
function D(n) {
	var t = r$1;
	n.__c = n.__(), r$1 = t;
}
function E(n, t) {
	return !n || n.length != t.length || t.some(function(t, r) {
		return !o$2(t, n[r]);
	});
}
function G(n, t) {
	return typeof t == "function" ? t(n) : t;
}
// node_modules/@preact/signals-core/dist/signals-core.module.js
var i = Symbol.for("preact-signals");
function t$1() {
	if (v > 1) v--;
	else {
		var i, t = !1;
		for ((function() {
			var i = c;
			for (c = void 0; i !== void 0;) {
				var t = i.S;
				if (t.v === i.v) for (var r = t.t; r !== void 0; r = r.x) r.i === i.i && (r.i = t.i);
				i = i.o;
			}
		})(); h$1 !== void 0;) {
			var r = h$1;
			for (h$1 = void 0, s++; r !== void 0;) {
				var n = r.u;
				if (r.u = void 0, r.f &= -3, !(8 & r.f) && w$1(r)) try {
					r.c();
				} catch (r) {
					t ||= (i = r, !0);
				}
				r = n;
			}
		}
		if (s = 0, v--, t) throw i;
	}
}
function r(i) {
	if (v > 0) return i();
	u$1 = ++e, v++;
	try {
		return i();
	} finally {
		t$1();
	}
}
var n, o$1 = void 0;
function f$1(i) {
	var t = o$1, r = n;
	o$1 = void 0, n = void 0;
	try {
		return i();
	} finally {
		o$1 = t, n = r;
	}
}
var h$1 = void 0, v = 0, s = 0, e = 0, u$1 = 0, c = void 0, a$1 = 0;
function d$1(i) {
	if (o$1 !== void 0) {
		var t = i.n;
		if (t === void 0 || t.t !== o$1) return t = {
			i: 0,
			S: i,
			p: o$1.s,
			n: void 0,
			t: o$1,
			e: void 0,
			x: void 0,
			r: t
		}, o$1.s !== void 0 && (o$1.s.n = t), o$1.s = t, i.n = t, 32 & o$1.f && i.S(t), t;
		if (t.i === -1) return t.i = 0, t.n !== void 0 && (t.n.p = t.p, t.p !== void 0 && (t.p.n = t.n), t.p = o$1.s, t.n = void 0, o$1.s.n = t, o$1.s = t), t;
	}
}
function l(i, t) {
	this.v = i, this.i = 0, this.n = void 0, this.t = void 0, this.l = 0, this.W = t?.watched, this.Z = t?.unwatched, this.name = t?.name;
}
l.prototype.brand = i, l.prototype.h = function() {
	return !0;
}, l.prototype.S = function(i) {
	var t = this, r = this.t;
	r !== i && i.e === void 0 && (i.x = r, this.t = i, r === void 0 ? f$1(function() {
		var i;
		(i = t.W) == null || i.call(t);
	}) : r.e = i);
}, l.prototype.U = function(i) {
	var t = this;
	if (this.t !== void 0) {
		var r = i.e, n = i.x;
		r !== void 0 && (r.x = n, i.e = void 0), n !== void 0 && (n.e = r, i.x = void 0), i === this.t && (this.t = n, n === void 0 && f$1(function() {
			var i;
			(i = t.Z) == null || i.call(t);
		}));
	}
}, l.prototype.subscribe = function(i) {
	var t = this;
	return x(function() {
		var r = t.value;
		f$1(function() {
			return i(r);
		});
	}, { name: "sub" });
}, l.prototype.valueOf = function() {
	return this.value;
}, l.prototype.toString = function() {
	return this.value + "";
}, l.prototype.toJSON = function() {
	return this.value;
}, l.prototype.peek = function() {
	var i = this;
	return f$1(function() {
		return i.value;
	});
}, Object.defineProperty(l.prototype, "value", {
	get: function() {
		var i = d$1(this);
		return i !== void 0 && (i.i = this.i), this.v;
	},
	set: function(i) {
		if (i !== this.v) {
			if (s > 100) throw Error("Cycle detected");
			(function(i) {
				v !== 0 && s === 0 && i.l !== u$1 && (i.l = u$1, c = {
					S: i,
					v: i.v,
					i: i.i,
					o: c
				});
			})(this), this.v = i, this.i++, a$1++, v++;
			try {
				for (var r = this.t; r !== void 0; r = r.x) r.t.N();
			} finally {
				t$1();
			}
		}
	}
});
function y$1(i, t) {
	return new l(i, t);
}
function w$1(i) {
	for (var t = i.s; t !== void 0; t = t.n) if (t.S.i !== t.i || !t.S.h() || t.S.i !== t.i) return !0;
	return !1;
}
function b$1(i) {
	for (var t = i.s; t !== void 0; t = t.n) {
		var r = t.S.n;
		if (r !== void 0 && (t.r = r), t.S.n = t, t.i = -1, t.n === void 0) {
			i.s = t;
			break;
		}
	}
}
function _$1(i) {
	for (var t = i.s, r = void 0; t !== void 0;) {
		var n = t.p;
		t.i === -1 ? (t.S.U(t), n !== void 0 && (n.n = t.n), t.n !== void 0 && (t.n.p = n)) : r = t, t.S.n = t.r, t.r !== void 0 && (t.r = void 0), t = n;
	}
	i.s = r;
}
function j(i, t) {
	l.call(this, void 0, t), this.x = i, this.s = void 0, this.g = a$1 - 1, this.f = 4;
}
j.prototype = new l(), j.prototype.h = function() {
	if (this.f &= -3, 1 & this.f) return !1;
	if ((36 & this.f) == 32 || (this.f &= -5, this.g === a$1)) return !0;
	if (this.g = a$1, this.f |= 1, this.i > 0 && !w$1(this)) return this.f &= -2, !0;
	var i = o$1;
	try {
		b$1(this), o$1 = this;
		var t = this.x();
		(16 & this.f || this.v !== t || this.i === 0) && (this.v = t, this.f &= -17, this.i++);
	} catch (i) {
		this.v = i, this.f |= 16, this.i++;
	}
	return o$1 = i, _$1(this), this.f &= -2, !0;
}, j.prototype.S = function(i) {
	if (this.t === void 0) {
		this.f |= 36;
		for (var t = this.s; t !== void 0; t = t.n) t.S.S(t);
	}
	l.prototype.S.call(this, i);
}, j.prototype.U = function(i) {
	if (this.t !== void 0 && (l.prototype.U.call(this, i), this.t === void 0)) {
		this.f &= -33;
		for (var t = this.s; t !== void 0; t = t.n) t.S.U(t);
	}
}, j.prototype.N = function() {
	if (!(2 & this.f)) {
		this.f |= 6;
		for (var i = this.t; i !== void 0; i = i.x) i.t.N();
	}
}, Object.defineProperty(j.prototype, "value", { get: function() {
	if (1 & this.f) throw Error("Cycle detected");
	var i = d$1(this);
	if (this.h(), i !== void 0 && (i.i = this.i), 16 & this.f) throw this.v;
	return this.v;
} });
function O(i, t) {
	return new j(i, t);
}
function p$1(i) {
	var r = i.j;
	if (i.j = void 0, typeof r == "function") {
		v++;
		var n = o$1;
		o$1 = void 0;
		try {
			r();
		} catch (t) {
			throw i.f &= -2, i.f |= 8, g$1(i), t;
		} finally {
			o$1 = n, t$1();
		}
	}
}
function g$1(i) {
	for (var t = i.s; t !== void 0; t = t.n) t.S.U(t);
	i.x = void 0, i.s = void 0, p$1(i);
}
function S(i) {
	if (o$1 !== this) throw Error("Out-of-order effect");
	_$1(this), o$1 = i, this.f &= -2;
	try {
		8 & this.f && g$1(this);
	} finally {
		t$1();
	}
}
function m$1(i, t) {
	this.x = i, this.j = void 0, this.s = void 0, this.u = void 0, this.f = 32, this.name = t?.name, n && n.push(this);
}
m$1.prototype.c = function() {
	var i = this.S();
	try {
		if (8 & this.f || this.x === void 0) return;
		var t = this.x();
		typeof t == "function" && (this.j = t);
	} finally {
		i();
	}
}, m$1.prototype.S = function() {
	if (1 & this.f) throw Error("Cycle detected");
	this.f |= 1, this.f &= -9, p$1(this), b$1(this), v++;
	var i = o$1;
	return o$1 = this, S.bind(this, i);
}, m$1.prototype.N = function() {
	2 & this.f || (this.f |= 2, this.u = h$1, h$1 = this);
}, m$1.prototype.d = function() {
	this.f |= 8, 1 & this.f || g$1(this);
}, m$1.prototype.dispose = function() {
	this.d();
};
function x(i, t) {
	var r = new m$1(i, t);
	try {
		r.c();
	} catch (i) {
		throw r.d(), i;
	}
	var n = r.d.bind(r);
	return n[Symbol.dispose] = n, n;
}
// node_modules/@preact/signals/dist/signals.module.js
var h, p, m = typeof window < "u" && !!window.__PREACT_SIGNALS_DEVTOOLS__, g = [];
x(function() {
	h = this.N;
})();
function b(i, n) {
	n$1[i] = n.bind(null, n$1[i] || function() {});
}
function y(i) {
	if (p) {
		var n = p;
		p = void 0, n();
	}
	p = i && i.S();
}
function w(i) {
	var n = this, r = i.data, t = useSignal(r);
	t.name = "ReactiveDom", t.value = r;
	var e = w$2(function() {
		for (var i = n, r = n.__v; r = r.__;) if (r.__c) {
			r.__c.__$f |= 4;
			break;
		}
		var o = O(function() {
			var i = t.value.value;
			return i === 0 ? 0 : !0 === i ? "" : i || "";
		}), e = O(function() {
			return !Array.isArray(o.value) && !r$2(o.value);
		}), u = x(function() {
			if (this.N = M$1, e.value) {
				var n = o.value;
				i.__v && i.__v.__e && i.__v.__e.nodeType === 3 && (i.__v.__e.data = n);
			}
		}), c = n.__$u.d;
		return n.__$u.d = function() {
			u(), c.call(this);
		}, [e, o];
	}, []), u = e[0], c = e[1];
	return u.value ? c.peek() : c.value;
}
w.displayName = "ReactiveTextNode", Object.defineProperties(l.prototype, {
	constructor: {
		configurable: !0,
		value: k$2($, null).constructor
	},
	type: {
		configurable: !0,
		value: w
	},
	props: {
		configurable: !0,
		get: function() {
			var i = this;
			return { data: { get value() {
				return i.value;
			} } };
		}
	},
	__b: {
		configurable: !0,
		value: 1
	}
}), b("__b", function(i, n) {
	if (y(), typeof n.type == "string") {
		var r, t = n.props;
		for (var f in t) if (f !== "children") {
			var o = t[f];
			o instanceof l && (r || (n.__np = r = {}), r[f] = o, t[f] = o.peek());
		}
	}
	i(n);
}), b("__r", function(i, r) {
	if (i(r), r.type !== $) {
		y();
		var t, f = r.__c;
		f && (f.__$f &= -2, (t = f.__$u) === void 0 && (f.__$u = t = function(i, n) {
			var r;
			return x(function() {
				r = this;
			}, { name: n }), r.c = i, r;
		}(function(i) {
			return function() {
				var n;
				m && ((n = this.y) == null || n.call(this)), i.__$f |= 1, i.setState({});
			};
		}(f), typeof r.type == "function" ? r.type.displayName || r.type.name : ""))), y(t);
	}
}), b("__e", function(i, n, r, t) {
	y(), i(n, r, t);
}), b("diffed", function(i, n) {
	y();
	var r;
	if (typeof n.type == "string" && (r = n.__e)) {
		var t = n.__np, f = n.props, o = r.U;
		if (o) for (var e in o) {
			var u = o[e];
			u === void 0 || t && e in t || (u.d(), o[e] = void 0);
		}
		if (t) for (var a in o || (o = {}, r.U = o), t) {
			var c = o[a], v = t[a];
			c === void 0 ? (c = k(r, a, v, f), o[a] = c) : c.o(v, f);
		}
	}
	i(n);
});
function k(i, n, r, t) {
	var f = n in i && i.ownerSVGElement === void 0, o = y$1(r);
	return {
		o: function(i, n) {
			o.value = i, t = n;
		},
		d: x(function() {
			this.N = M$1;
			var r = o.value.value;
			t[n] !== r && (t[n] = r, f ? i[n] = r : r != null && (!1 !== r || n[4] === "-") ? i.setAttribute(n, r) : i.removeAttribute(n));
		})
	};
}
b("unmount", function(i, n) {
	if (typeof n.type == "string") {
		var r = n.__e;
		if (r) {
			var t = r.U;
			if (t) for (var f in r.U = void 0, t) {
				var o = t[f];
				o && o.d();
			}
		}
		var e = n.__np;
		if (e) {
			var u = n.props;
			for (var a in e) u[a] = e[a];
		}
		n.__np = void 0;
	} else {
		var c = n.__c;
		if (c) {
			c.__$f |= 8;
			var v = c.__$u;
			v && (c.__$u = void 0, v.d());
		}
	}
	i(n);
}), b("__h", function(i, n, r, t) {
	t < 3 && (n.__$f |= 2), i(n, r, t);
}), x$1.prototype.shouldComponentUpdate = function(i, n) {
	if (this.__R) return !0;
	var r = this.__$u, t = r && r.s !== void 0;
	for (var f in n) return !0;
	if (this.__f || typeof this.u == "boolean" && !0 === this.u) {
		var o = 2 & this.__$f;
		if (!(t || o || 4 & this.__$f) || 1 & this.__$f) return !0;
	} else if (!(t || 4 & this.__$f) || 3 & this.__$f) return !0;
	for (var e in i) if (e !== "__source" && i[e] !== this.props[e]) return !0;
	for (var u in this.props) if (!(u in i)) return !0;
	return !1;
};
function useSignal(i, n) {
	return w$2(function() {
		return y$1(i, n);
	}, []);
}
var A = function(i) {
	queueMicrotask(function() {
		queueMicrotask(i);
	});
};
function F() {
	r(function() {
		for (var i; i = g.shift();) h.call(i);
	});
}
function M$1() {
	g.push(this) === 1 && (n$1.requestAnimationFrame || A)(F);
}
// src/prefs.ts
var KEY$1 = "seeder";
function read$1() {
	try {
		return JSON.parse(localStorage.getItem(KEY$1) ?? "{}");
	} catch {
		return {};
	}
}
var stored = read$1(), theme = y$1(stored.theme ?? "auto"), language = y$1(stored.language ?? "auto");
/** The language of the page: what was chosen, else what the browser prefers. */
function languageNow() {
	return language.value === "auto" ? navigator.language.toLowerCase().startsWith("de") ? "de" : "en" : language.value;
}
/** The language of the page with the country of the browser, where it has one in that language. */
function localeNow() {
	let language = languageNow();
	return navigator.languages.find((l) => l.toLowerCase().startsWith(language)) ?? language;
}
x(() => {
	document.documentElement.dataset.theme = theme.value;
}), x(() => {
	document.documentElement.lang = languageNow();
}), x(() => {
	try {
		localStorage.setItem(KEY$1, JSON.stringify({
			theme: theme.value,
			language: language.value
		}));
	} catch {}
});
// src/visible.ts
/**
* Text of others, so that it does no more than being shown: what neither shows something
* nor joins what does (control characters, changes of the direction of text) becomes an
* escape. The commands write the same (package terminal of the server).
*/
var harmful = /[^\p{L}\p{M}\p{N}\p{P}\p{S} \u200c\u200d]/gu, short$1 = {
	"\x07": "\\a",
	"\b": "\\b",
	"\f": "\\f",
	"\n": "\\n",
	"\r": "\\r",
	"	": "\\t",
	"\v": "\\v"
};
function escape(c) {
	let code = c.codePointAt(0) ?? 0, hex = (digits) => code.toString(16).padStart(digits, "0");
	return code < 32 || code === 127 ? short$1[c] ?? "\\x" + hex(2) : code > 65535 ? "\\U" + hex(8) : "\\u" + hex(4);
}
/** Text with escapes in place of what does more than being shown. Lines and columns may be kept: HTML shows them as spaces. */
function visible(text, keep = "") {
	return text.replace(harmful, (c) => keep.includes(c) ? c : escape(c));
}
/** Reads JSON of the node, all text of which may be of others. */
function parseVisible(json) {
	return JSON.parse(json, (_, value) => typeof value == "string" ? visible(value, "\n	") : value);
}
/** Letters that are written from right to left. */
var rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
/** A name to be put into a sentence, in which it moves nothing but itself, however it is written. */
function isolated(name) {
	return rightToLeft.test(name) ? `\u2068${name}\u2069` : name;
}
// src/api/client.ts
/** Whether somebody is logged in; unknown until the server has said so. */
var session = y$1("unknown"), Problem = class extends Error {
	status;
	code;
	hint;
	fields;
	retryAfter;
	name = "Problem";
	constructor(status, code, message, hint = "", fields = {}, retryAfter = 0) {
		super(message), this.status = status, this.code = code, this.hint = hint, this.fields = fields, this.retryAfter = retryAfter;
	}
};
/** Makes a Problem of whatever was thrown. */
function problemOf(thrown) {
	return thrown instanceof Problem ? thrown : new Problem(0, "internal", thrown instanceof Error ? thrown.message : String(thrown));
}
/**
* What every request carries beside the cookie. The browser sends the cookie to whatever
* listens at another port of the node's machine; its storage is kept by port.
*/
var CSRF = "seeder-csrf", csrf = "";
/** Another tab may have logged in since. */
function csrfNow() {
	try {
		return localStorage.getItem(CSRF) ?? csrf;
	} catch {
		return csrf;
	}
}
function keepCsrf(value) {
	csrf = value;
	try {
		localStorage.setItem(CSRF, value);
	} catch {}
}
async function problemFrom(answer) {
	let body = {};
	try {
		body = parseVisible(await answer.text());
	} catch {}
	let fields = {};
	for (let e of body.errors ?? []) fields[e.location.replace(/\[\d+\]$/, "").replace(/^.*[./]/, "")] = e.message;
	let message = body.detail || body.title || `${answer.status} ${answer.statusText}`, retryAfter = Number(answer.headers.get("Retry-After") ?? 0);
	return new Problem(answer.status, body.code ?? "http", message, body.hint, fields, retryAfter > 0 ? retryAfter : 0);
}
/** Sends a request and returns the answer, which is a good one; else it throws a Problem. */
async function send(method, path, options = {}) {
	let headers = {
		Accept: "application/json",
		...options.headers
	};
	options.body !== void 0 && (headers["Content-Type"] = "application/json");
	let secret = csrfNow();
	secret !== "" && (headers["X-CSRF-Token"] = secret);
	let answer;
	try {
		answer = await fetch(path, {
			method,
			headers,
			body: options.body === void 0 ? null : JSON.stringify(options.body),
			signal: options.signal ?? null,
			credentials: "same-origin",
			cache: "no-store",
			redirect: "error"
		});
	} catch (thrown) {
		throw options.signal?.aborted ? thrown : new Problem(0, "unreachable", "");
	}
	if (answer.ok) return answer;
	let problem = await problemFrom(answer);
	throw problem.status === 401 && path !== "/session" && (session.value = "out"), problem;
}
/** Milliseconds after which nobody waits for an answer any more: a machine that slept, or a network that is gone, says nothing. */
var PATIENCE$1 = 6e4;
async function call(method, path, options = {}) {
	let given = options.signal, abort = new AbortController(), end = () => abort.abort(), timer = setTimeout(end, PATIENCE$1);
	given?.addEventListener("abort", end);
	try {
		given?.throwIfAborted();
		let text = await (await send(method, path, {
			...options,
			signal: abort.signal
		})).text();
		return text === "" ? void 0 : parseVisible(text);
	} catch (thrown) {
		throw abort.signal.aborted && !given?.aborted ? new Problem(0, "unreachable", "") : thrown;
	} finally {
		clearTimeout(timer), given?.removeEventListener("abort", end);
	}
}
/** Asks whether somebody is logged in. */
async function refreshSession() {
	let now = await call("GET", "/session").catch((thrown) => {
		if (problemOf(thrown).status === 401) return { authenticated: !1 };
		throw thrown;
	});
	return session.value = now.authenticated ? "in" : "out", now.authenticated;
}
/** Logs in with the token of the node, which is kept nowhere: the browser gets a cookie that scripts cannot read, and what goes with it. */
async function logIn(token) {
	keepCsrf((await call("POST", "/session", { body: { token } })).csrf), await refreshSession();
}
async function logOut() {
	await call("DELETE", "/session"), keepCsrf(""), session.value = "out";
}
var of = (id) => `/v1/communities/${encodeURIComponent(id)}`, query$1 = (values) => {
	let given = Object.entries(values).filter(([, v]) => v !== void 0);
	return given.length === 0 ? "" : "?" + new URLSearchParams(given.map(([k, v]) => [k, String(v)])).toString();
}, api = {
	status: (signal) => call("GET", "/v1/status", { signal }),
	community: (id, signal) => call("GET", of(id), { signal }),
	history: (id, signal) => call("GET", of(id) + "/history", { signal }),
	transfers: (id, signal) => call("GET", of(id) + "/transfers", { signal }),
	announcements: (id, signal) => call("GET", of(id) + "/announcements", { signal }).then((a) => a.announcements),
	rates: (id, range, signal) => call("GET", (id === void 0 ? "/v1" : of(id)) + "/rates" + query$1({ range }), { signal }),
	create: (name) => call("POST", "/v1/communities", { body: {
		role: "owner",
		name
	} }),
	join: (id, name, peers = []) => call("POST", "/v1/communities", { body: {
		role: "member",
		id,
		name,
		...peers.length > 0 ? { peers } : {}
	} }),
	rename: (id, name) => call("PATCH", of(id), { body: { name } }),
	leave: (id, deleteMessages) => call("DELETE", of(id) + query$1({ delete_messages: deleteMessages })),
	setCommunity: (id, values) => call("PATCH", of(id) + "/settings", { body: values }),
	pause: (id) => call("POST", of(id) + "/pause"),
	resume: (id) => call("POST", of(id) + "/resume"),
	pin: (id, span) => call("POST", of(id) + "/pins", { body: span }),
	unpin: (id, span) => call("DELETE", of(id) + "/pins" + query$1({ ...span })),
	fetch: (id, span) => call("POST", of(id) + "/fetch", { body: span }),
	begin: (id, kind, span) => call("POST", of(id) + "/" + kind, span === void 0 ? {} : { body: span }),
	keyBackup: (id, token) => call("POST", of(id) + "/key-backup", { body: { token } }),
	operations: (open, signal) => call("GET", "/v1/operations" + query$1({ open }), { signal }).then((a) => a.operations),
	communityOperations: (id, signal) => call("GET", of(id) + "/operations", { signal }).then((a) => a.operations),
	operation: (id, signal) => call("GET", "/v1/operations/" + encodeURIComponent(id), { signal }),
	activity: (limit, before, signal) => call("GET", "/v1/activity" + query$1({
		limit,
		before
	}), { signal }).then((a) => a.events),
	setLimits: (values) => call("PATCH", "/v1/limits", { body: values }),
	check: (values, community, signal) => call("POST", "/v1/limits/check", {
		body: {
			community,
			values
		},
		signal
	}).then((a) => a.checked),
	config: (signal) => call("GET", "/v1/config", { signal }),
	reload: () => call("POST", "/v1/config/reload"),
	logLevel: (signal) => call("GET", "/v1/log-level", { signal }),
	setLogLevel: (level) => call("PUT", "/v1/log-level", { body: { level } }),
	doctor: (signal) => call("GET", "/v1/doctor", { signal })
};
/** Fetches the diagnostics bundle, a zip archive. */
async function diagnostics() {
	return (await send("GET", "/v1/diagnostics", { headers: { Accept: "application/zip" } })).blob();
}
// node_modules/preact/jsx-runtime/dist/jsxRuntime.mjs
var f = Symbol.for("pv"), o = 0;
Array.isArray;
function a(t, e, n, u, a, i) {
	e ||= {};
	var c, l, p = e;
	if ("ref" in p && typeof t != "function") for (l in p = {}, e) l == "ref" ? c = e[l] : p[l] = e[l];
	var s = {
		type: t,
		props: p,
		key: n,
		ref: c,
		__k: null,
		__: null,
		__b: 0,
		__e: null,
		__c: null,
		constructor: f,
		__v: --o,
		__i: -1,
		__u: 0
	};
	return (a || i) && (s.__source = a, s.__self = i), n$1.vnode && n$1.vnode(s), s;
}
// src/components/icon.tsx
/** Symbols of 16 units, drawn with strokes in the colour of the text. They are never alone: a word or a label says the same. */
var paths = {
	communities: "M2.5 4h11M2.500 8h8M2.500 12h5M13 9.500v4M11 11.500h4",
	limits: "M8 13.500a5.500 5.500 0 1 1 5.500-5.500M8 8l3-3M13.500 11v2.500M11 13.500h2.500",
	activity: "M1.500 8.500h3l2-5 3 9 2-4h3",
	settings: "M2 4.500h7M12.500 4.500H14M2 11.500h1.500M7 11.500h7M10.750 2.750v3.500M5.250 9.750v3.500",
	about: "M8 7.250v4M8 4.900v.2M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0z",
	add: "M8 3v10M3 8h10",
	menu: "M2 4h12M2 8h12M2 12h12",
	close: "M3.500 3.500l9 9M12.500 3.500l-9 9",
	up: "M8 13V3.500M4 7.250L8 3.250l4 4",
	down: "M8 3v9.500M4 8.750l4 4 4-4",
	check: "M3 8.500l3.250 3.250L13 5",
	alert: "M8 2.250L14.500 13.500h-13zM8 6.500v3.250M8 11.600v.2",
	pause: "M5.500 3v10M10.500 3v10",
	play: "M4.500 2.750v10.500L13 8z",
	wait: "M8 4.500V8l2.250 1.750M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0z",
	work: "M13.500 8a5.500 5.500 0 1 1-2-4.250M13.500 2v3h-3",
	peers: "M5.750 7.500a2.250 2.250 0 1 0 0-4.500 2.250 2.250 0 0 0 0 4.500zM1.500 13c0-2.250 1.750-3.500 4.250-3.500S10 10.750 10 13M10.500 3.250a2.250 2.250 0 0 1 0 4.250M12 9.750c1.600.4 2.500 1.500 2.500 3.250",
	more: "M3.500 8h.01M8 8h.01M12.500 8h.01",
	pin: "M6 2h4l-.5 4.500 2.500 2.500H4l2.500-2.500zM8 9v5",
	evicted: "M2.500 4.500h11M6 4.500V2.500h4v2M4 4.500l.600 9h6.800l.6-9",
	shield: "M8 1.750l5 1.750v4c0 3.250-2 5.500-5 6.750-3-1.250-5-3.500-5-6.750v-4zM6 6l4 4M10 6l-4 4",
	chevron: "M4 6l4 4 4-4",
	right: "M6 4l4 4-4 4",
	left: "M10 4l-4 4 4 4",
	key: "M9.750 6.250a3.250 3.250 0 1 0-2.500 3.150L8.500 8.500M7.500 7.500l6 6M11 11l1.500-1.500",
	disk: "M2 9.500h12v3.500H2zM2 9.500l2-6.500h8l2 6.500M11 11.250h1",
	copy: "M5.500 5.500h8v8h-8zM10.500 5.500v-3h-8v8h3",
	sun: "M8 10.750a2.750 2.750 0 1 0 0-5.500 2.750 2.750 0 0 0 0 5.500zM8 1.500v1.250M8 13.250v1.250M1.500 8h1.250M13.250 8h1.250M3.400 3.400l.9.9M11.700 11.700l.9.9M3.400 12.600l.9-.9M11.700 4.300l.9-.9",
	moon: "M13.250 9.750A5.750 5.750 0 1 1 6.250 2.750a4.500 4.500 0 0 0 7 7z",
	offline: "M2 2l12 12M4.500 8.500a5 5 0 0 1 2-1.300M9.500 7.100a5 5 0 0 1 2 1.400M2 6a9 9 0 0 1 2.500-1.600M7.500 3.600A9 9 0 0 1 14 6M8 12h.01"
};
function Icon({ name, size = 16 }) {
	return /* @__PURE__ */ a("svg", {
		class: "icon",
		viewBox: "0 0 16 16",
		width: size,
		height: size,
		fill: "none",
		stroke: "currentColor",
		"stroke-width": name === "more" ? 2.5 : 1.5,
		"stroke-linecap": "round",
		"stroke-linejoin": "round",
		"aria-hidden": "true",
		children: /* @__PURE__ */ a("path", { d: paths[name] })
	});
}
// src/components/button.tsx
function Button({ children, icon, kind = "plain", small, type = "button", disabled, unavailable, label, onClick, innerRef, ...aria }) {
	let [busy, setBusy] = d$2(!1), click = (event) => {
		if (busy || unavailable !== void 0) {
			event.preventDefault();
			return;
		}
		let done = onClick?.(event);
		done instanceof Promise && (setBusy(!0), done.finally(() => setBusy(!1)).catch(() => void 0));
	}, only = children === void 0;
	return /* @__PURE__ */ a("button", {
		ref: innerRef ?? null,
		type,
		class: `button ${kind}${small ? " small-button" : ""}${only ? " only-icon" : ""}`,
		disabled,
		"aria-busy": busy || void 0,
		"aria-label": label,
		"aria-disabled": unavailable !== void 0 || void 0,
		"aria-description": unavailable,
		title: unavailable ?? (only ? label : void 0),
		onClick: click,
		...aria,
		children: [icon && /* @__PURE__ */ a(Icon, { name: icon }), !only && /* @__PURE__ */ a("span", { children })]
	});
}
/** A link that looks like a button, for what leads to another view. */
function ButtonLink({ href, icon, kind = "plain", children }) {
	return /* @__PURE__ */ a("a", {
		class: `button ${kind}`,
		href,
		children: [icon && /* @__PURE__ */ a(Icon, { name: icon }), /* @__PURE__ */ a("span", { children })]
	});
}
// src/api/tabs.ts
/** Of the lock and the channel; a browser keeps both apart by origin. */
var NAME = "seeder-events", PATIENCE = 45e3;
/** Joins the other tabs. Where the browser cannot (it needs TLS, or loopback), each is alone. */
function join$1(hear) {
	let locks = navigator.locks;
	return locks && typeof BroadcastChannel < "u" ? new Together(hear, locks) : new Alone();
}
var Alone = class {
	left = new AbortController();
	tell() {}
	lead(work) {
		return work(this.left.signal);
	}
	leave() {
		this.left.abort();
	}
}, Together = class {
	locks;
	left = new AbortController();
	channel = new BroadcastChannel(NAME);
	waiting;
	constructor(hear, locks) {
		this.locks = locks, this.channel.onmessage = (e) => {
			this.wait(), hear(e.data);
		};
	}
	tell(word) {
		this.left.signal.aborted || this.channel.postMessage(word);
	}
	async lead(work) {
		let turn = new AbortController(), end = () => turn.abort();
		this.left.signal.addEventListener("abort", end);
		let begin = async () => {
			this.waitNoMore(), this.left.signal.aborted || await work(turn.signal);
		}, impatient = new AbortController();
		this.waiting = {
			since: impatient,
			timer: setTimeout(() => void 0)
		}, this.wait();
		try {
			await this.locks.request(NAME, { signal: AbortSignal.any([this.left.signal, impatient.signal]) }, begin);
		} catch {
			impatient.signal.aborted && !this.left.signal.aborted && await this.locks.request(NAME, { steal: !0 }, begin).catch(() => void 0);
		} finally {
			this.waitNoMore(), turn.abort(), this.left.signal.removeEventListener("abort", end);
		}
	}
	leave() {
		this.waitNoMore(), this.left.abort(), this.channel.close();
	}
	/** Begins to be patient anew, when this tab waits. */
	wait() {
		if (this.waiting) {
			let { since, timer } = this.waiting;
			clearTimeout(timer), this.waiting.timer = setTimeout(() => since.abort(), PATIENCE * (1 + Math.random() / 3));
		}
	}
	waitNoMore() {
		clearTimeout(this.waiting?.timer), this.waiting = void 0;
	}
}, stream = y$1({ kind: "idle" }), SILENCE = 15e3, FIRST_PAUSE = 500, LONGEST_PAUSE = 15e3;
/** Takes text in pieces and returns the messages that are complete (WHATWG HTML, 9.2.6). */
function parser() {
	let rest = "", now = {
		id: "",
		event: "message",
		data: ""
	}, filled = !1;
	return (piece) => {
		let out = [], lines = (rest + piece).split(/\r\n|\n|\r/);
		rest = lines.pop() ?? "";
		for (let line of lines) {
			if (line === "") {
				filled && out.push({
					...now,
					data: now.data.replace(/\n$/, "")
				}), now = {
					id: "",
					event: "message",
					data: ""
				}, filled = !1;
				continue;
			}
			let colon = line.indexOf(":"), field = colon < 0 ? line : line.slice(0, colon), value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
			field === "data" ? (now.data += value + "\n", filled = !0) : field === "event" ? (now.event = value, filled = !0) : field === "id" && (now.id = value);
		}
		return out;
	};
}
/**
* Follows the events of the node until stopped. EventSource would hide why a
* connection failed and give up at the first refusal, so this is made with fetch. One
* tab of the browser has the connection and tells the others what comes.
*/
var Follower = class {
	listener;
	lastId = "";
	abort;
	wake;
	tabs;
	leading = !1;
	constructor(listener) {
		this.listener = listener;
	}
	start() {
		if (this.tabs) return;
		let tabs = join$1((word) => this.hear(word));
		this.tabs = tabs, stream.value = { kind: "connecting" }, tabs.tell({ ask: "state" }), this.run(tabs);
	}
	stop() {
		this.tabs?.leave(), this.tabs = void 0, stream.value = { kind: "idle" };
	}
	/** Tries again now instead of later. */
	retry() {
		this.leading ? this.wake?.() : this.tabs?.tell({ ask: "retry" });
	}
	/** Hears what another tab says. */
	hear(word) {
		if ("ask" in word) this.leading && word.ask === "state" ? this.tabs?.tell({ state: stream.value }) : this.leading && this.wake?.();
		else if (this.leading) return;
		else "message" in word ? this.take(word.message) : this.stands(word.state);
	}
	stands(state) {
		let opened = state.kind === "live" && stream.value.kind !== "live";
		stream.value = state, opened && this.listener.opened();
	}
	/** Says how the stream stands, here and to the other tabs. */
	say(state) {
		this.stands(state), this.tabs?.tell({ state });
	}
	async run(tabs) {
		for (; this.tabs === tabs;) await tabs.lead(async (turn) => {
			this.leading = !0;
			try {
				await this.lead(turn);
			} finally {
				this.leading = !1;
			}
		});
	}
	async lead(turn) {
		turn.addEventListener("abort", () => {
			this.leading = !1, this.abort?.abort(), this.wake?.();
		});
		let attempts = 0, since = 0;
		for (; !turn.aborted;) {
			attempts === 0 && this.say({ kind: "connecting" });
			let reason = "";
			try {
				await this.follow(() => {
					attempts = 0, since = 0;
				});
			} catch (thrown) {
				let problem = problemOf(thrown);
				!turn.aborted && problem.status === 401 && this.stop(), reason = problem.status > 0 ? [problem.message, problem.hint].filter((x) => x !== "").join("; ") : "";
			}
			if (turn.aborted) return;
			since ||= Date.now(), attempts++;
			let pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempts - 1)) * (.75 + Math.random() / 2);
			this.say({
				kind: "lost",
				since,
				retryAt: Date.now() + pause,
				attempts,
				reason
			}), await this.sleep(pause);
		}
	}
	sleep(ms) {
		return new Promise((done) => {
			let timer = setTimeout(done, ms);
			this.wake = () => {
				clearTimeout(timer), done();
			};
		});
	}
	async follow(opened) {
		let abort = new AbortController();
		this.abort = abort;
		let silence = setTimeout(() => abort.abort(), SILENCE);
		try {
			let headers = { Accept: "text/event-stream" };
			this.lastId !== "" && (headers["Last-Event-ID"] = this.lastId);
			let reader = (await send("GET", "/v1/events", {
				headers,
				signal: abort.signal
			})).body?.pipeThrough(new TextDecoderStream()).getReader();
			if (!reader) return;
			opened(), this.say({ kind: "live" });
			let parse = parser();
			for (;;) {
				let { done, value } = await reader.read();
				if (done) return;
				clearTimeout(silence), silence = setTimeout(() => abort.abort(), SILENCE);
				for (let message of parse(value)) this.take(message), this.tabs?.tell({ message });
			}
		} finally {
			clearTimeout(silence), abort.abort();
		}
	}
	take(m) {
		m.id !== "" && (this.lastId = m.id), m.event === "live" ? this.listener.live(parseVisible(m.data)) : m.event === "activity" ? this.listener.activity(parseVisible(m.data)) : m.event === "reset" && (this.lastId = "", this.listener.reset());
	}
}, de = {
	product: "seeder",
	nav: {
		label: "Ansichten",
		menu: "Menü",
		close: "Menü schließen",
		skip: "Zum Inhalt springen",
		communities: "Gemeinschaften",
		limits: "Grenzwerte & Zeitplan",
		activity: "Aktivitätsprotokoll",
		settings: "Einstellungen",
		about: "Über dieses Programm",
		add: "Gemeinschaft hinzufügen"
	},
	stream: {
		live: "Verbunden",
		connecting: "Verbindung wird hergestellt",
		idle: "Nicht verbunden",
		lost: (seconds) => seconds > 0 ? `Neuer Versuch in ${seconds} s` : "Verbindung wird wiederhergestellt",
		lostLong: "Der Knoten antwortet nicht. Angezeigt wird der letzte bekannte Stand.",
		refused: (why) => `Der Knoten teilt nicht mit, was geschieht: ${why}. Angezeigt wird ein Stand, der höchstens eine halbe Minute alt ist.`,
		stale: (why) => `Der Zustand konnte nicht gelesen werden: ${why}. Angezeigt wird der letzte bekannte Stand.`,
		retry: "Jetzt versuchen"
	},
	common: {
		cancel: "Abbrechen",
		save: "Speichern",
		close: "Schließen",
		retry: "Erneut versuchen",
		more: "Weiteres",
		copy: "Kopieren",
		notCopied: "Der Browser hat es nicht zugelassen. Markieren und kopieren Sie den Text von Hand.",
		copied: "Kopiert",
		unlimited: "unbegrenzt",
		none: "keine",
		never: "nie",
		unknown: "nicht bekannt",
		of: (a, b) => `${a} von ${b}`,
		ago: (span) => `vor ${span}`,
		inTime: (span) => `in ${span}`,
		justNow: "gerade eben",
		soon: "jetzt",
		up: "Hochladen",
		down: "Herunterladen",
		dismiss: "Ausblenden",
		unitSeconds: "s",
		unitMinutes: "min",
		unitHours: "Std.",
		unitDays: "T."
	},
	communities: {
		add: "Gemeinschaft hinzufügen",
		count: (n) => n === 1 ? "1 Gemeinschaft" : `${n} Gemeinschaften`,
		emptyTitle: "Noch keine Gemeinschaften",
		empty: "Folgen Sie einer Gemeinschaft, um ihre Geschichte aufzubewahren und weiterzugeben, oder gründen Sie eine eigene und archivieren Sie sie hier.",
		loading: "Die Gemeinschaften werden gelesen",
		owner: "Eigentümer",
		member: "Mitglied",
		pause: "Anhalten",
		resume: "Fortsetzen",
		paused: "Angehalten",
		serve: "Bereitstellen",
		serveAbout: "an andere Knoten hochladen",
		fetch: "Beziehen",
		fetchAbout: "von anderen Knoten herunterladen",
		limits: "Grenzwerte",
		coverage: "Geschichte",
		coverageLoading: "Die Geschichte wird gelesen",
		coverageNone: "Noch nichts bekannt",
		held: (share) => `${share} vorhanden`,
		storage: "Speicherplatz",
		noCap: (used) => `${used}, keine Obergrenze`,
		nodeCap: (used, cap) => `${used}; der Knoten hat ${cap} für alle`,
		reserved: (size) => `${size} für laufende Übertragungen vorgemerkt`,
		over: (size, why) => `${size} über der Obergrenze: ${why}`,
		next: (span, size) => `Weicht als Nächstes: ${span} (${size})`,
		nextNone: "Originale bleiben ungeachtet der Obergrenze erhalten",
		nextPinned: "Alles hier ist festgehalten",
		peers: (n) => n === 1 ? "1 Gegenstelle" : `${n} Gegenstellen`,
		copies: (n) => n === 1 ? "seltenstes Archiv: 1 Kopie" : `seltenstes Archiv: ${n} Kopien`,
		limited: (limit) => `von ${limit}`,
		nodeLimit: (limit) => `von ${limit} für alle`,
		waiting: (n) => `${n} warten`,
		from: {
			schedule: "nach Zeitplan",
			alternative: "Ausweichgrenzwerte"
		}
	},
	community: {
		back: "Alle Gemeinschaften",
		loading: "Die Gemeinschaft wird gelesen",
		missingTitle: "Keine solche Gemeinschaft",
		missing: "Vielleicht wurde sie verlassen, oder die Adresse stimmt nicht.",
		history: "Geschichte",
		historyLoading: "Die Geschichte wird gelesen",
		historyEmptyTitle: "Noch ist keine Geschichte bekannt",
		historyEmpty: "Sie erscheint, sobald die erste Ankündigung des Eigentümers eingetroffen ist. Andere Knoten der Gemeinschaft bringen sie.",
		historyEmptyOwner: "Sie erscheint, sobald Nachrichten eingetroffen sind. Eine Woche wird einige Tage nach ihrem Ende archiviert.",
		historyHint: "Eine Woche mit dem Zeiger oder den Pfeiltasten wählen, mit der Umschalttaste mehrere.",
		notIndexed: "Das Verzeichnis der Archive ist noch nicht hier; Lücken lassen sich nicht erkennen.",
		previous: "Woche davor",
		next: "Woche danach",
		weekGrid: "Geschichte nach Wochen",
		weeks: (n) => n === 1 ? "1 Woche" : `${n} Wochen`,
		archives: (n) => n === 1 ? "1 Archiv" : `${n} Archive`,
		messages: (n) => `${n} Nachrichten`,
		size: "Größe",
		archivesName: "Archive",
		messagesName: "Nachrichten",
		copiesName: "Kopien bei Gegenstellen",
		copies: (n) => n === 1 ? "1 Kopie" : `${n} Kopien`,
		copiesUnknown: "nicht bekannt",
		copiesLeast: (n) => `mindestens ${n}`,
		state: "Zustand",
		pendingCount: (n) => `${n} warten auf ihr Archiv`,
		late: (n) => `${n} kamen verspätet`,
		lacking: (n) => `${n} fehlen in der Datenbank`,
		amendments: (n) => n === 1 ? "davon 1 Ergänzung" : `davon ${n} Ergänzungen`,
		fetchWeek: "Jetzt beziehen",
		fetchAllHere: "Alles davon ist hier.",
		fetchUnderWay: "Wird gerade geholt.",
		fetchNothing: "In dieser Woche gibt es kein Archiv zu holen.",
		pin: "Festhalten",
		unpin: "Loslassen",
		pinned: "Festgehalten: Keine Obergrenze verdrängt es",
		unpinned: "Nicht mehr festgehalten",
		rates: "Übertragungsgeschwindigkeit",
		range: "Zeitraum",
		ranges: {
			"1h": "1 Stunde",
			"24h": "24 Stunden",
			"7d": "7 Tage"
		},
		ratesLoading: "Die Geschwindigkeiten werden gelesen",
		down: "Knoten lief nicht",
		notRecorded: "nichts aufgezeichnet",
		limit: "Grenzwert",
		mean: "Mittel",
		most: "Höchstwert",
		downtime: (span) => `lief ${span} lang nicht`,
		machine: "Prozessor und Arbeitsspeicher des Knotens",
		cpu: "Prozessor, Anteil eines Kerns",
		memory: "Arbeitsspeicher",
		transfers: "Übertragungen",
		noTransfers: "Zurzeit wird nichts bezogen.",
		torrents: "Torrents",
		infohash: "Infohash",
		pieces: "Teile",
		connections: "Verbindungen",
		peers: "Gegenstellen",
		noPeersTitle: "Niemand ist verbunden",
		noPeers: "Gegenstellen werden fortwährend gesucht. Ob andere diesen Knoten erreichen, sagt die Prüfung unter „Über dieses Programm“.",
		noPeersPaused: "Solange die Gemeinschaft angehalten ist, bleibt es dabei.",
		address: "Adresse",
		client: "Programm",
		clientUnknown: "nicht genannt",
		connection: "Verbindung",
		incoming: "eingehend",
		outgoing: "ausgehend",
		has: "Besitzt",
		up: "Hoch",
		downTitle: "Herunter",
		sent: "Gesendet",
		received: "Empfangen",
		owning: "Eigentümer",
		nextRound: "Nächster Durchgang",
		nextRoundNone: "nicht geplant",
		lastAnnouncement: "Letzte Ankündigung",
		lastAnnouncementNone: "noch keine",
		tookBy: (n) => n === 1 ? "von 1 Gegenstelle angenommen" : `von ${n} Gegenstellen angenommen`,
		outbox: "Postausgang",
		outboxEmpty: "leer",
		outboxWaiting: (n) => n === 1 ? "1 wartet auf eine Gegenstelle" : `${n} warten auf eine Gegenstelle`,
		rarest: "Seltenstes Archiv",
		messagesPending: "Noch zu archivieren",
		whoHas: "wer was hat",
		whoHasNobody: "Keine Gegenstelle ist verbunden; von niemandem sonst ist bekannt, dass er es hat.",
		announcements: "Ankündigungen",
		announcementStates: {
			received: "empfangen",
			waiting: "wartet auf eine Gegenstelle",
			sent: "gesendet"
		},
		clock: "Stand",
		when: "Wann",
		work: "Arbeit",
		parts: {
			announcement: "Ankündigungen",
			fetch: "Beziehen",
			archive: "Archivieren",
			send: "Senden"
		},
		reason: "Grund",
		nextTry: "Als Nächstes",
		workStates: {
			idle: "ruht",
			working: "arbeitet",
			waiting: "wartet"
		},
		archiveNow: "Jetzt archivieren",
		audit: "Prüfen und ausbessern",
		replay: "Nachrichten erneut aus Archiven lesen",
		asked: "Angefordert; den Fortgang zeigt das Aktivitätsprotokoll",
		rename: "Umbenennen",
		renameTitle: "Gemeinschaft umbenennen",
		renameHint: "Für Menschen an diesem Knoten; das Netz kennt den Namen nicht.",
		renamed: "Umbenannt",
		copyId: "Kennung kopieren",
		idCopied: "Die Kennung wurde kopiert",
		leave: "Verlassen",
		leaveTitle: (name) => `${name} verlassen?`,
		leaveText: (size) => `Ihre Archive werden von diesem Knoten entfernt, wodurch ${size} frei werden. Andere Knoten behalten ihre.`,
		leaveOwner: "Der Schlüssel bleibt im Schlüsselbund, sodass Sie die Gemeinschaft wieder übernehmen können.",
		leaveMessages: "Auch ihre Nachrichten aus der Datenbank löschen",
		leaveDo: "Verlassen und Archive entfernen",
		left: (size) => `Verlassen; ${size} sind wieder frei`,
		forks: (n) => n === 1 ? "Ein anderer Knoten mit demselben Schlüssel hat andere Archive erstellt." : `Knoten mit demselben Schlüssel haben ${n}-mal andere Archive erstellt.`
	},
	standing: {
		damaged: "Angehalten: Eine Einstellung ist beschädigt",
		paused: "Angehalten",
		stopped: "Ruht",
		refused: (n) => n === 1 ? "1 Archiv wurde zurückgewiesen" : `${n} Archive wurden zurückgewiesen`,
		failing: (n) => `${n}-mal fehlgeschlagen`,
		announcement: "Sucht die neueste Ankündigung",
		fetch: "Bezieht Geschichte",
		archive: "Archiviert",
		send: "Kündigt an",
		waiting: "Wartet",
		owner: "Archiviert",
		ownerNext: (when) => `Archiviert, nächster Durchgang ${when}`,
		empty: "Noch nichts archiviert",
		emptyNext: (when) => `Noch nichts archiviert, nächster Durchgang ${when}`,
		member: "Auf dem neuesten Stand",
		again: (when) => `erneut ${when}`
	},
	condition: {
		archived: "archiviert",
		imported: "eingelesen",
		stored: "gespeichert",
		amended: "ergänzt",
		downloading: "wird bezogen",
		missing: "fehlend",
		beyond: "kein Platz",
		evicted: "verdrängt",
		quarantined: "unter Quarantäne",
		pending: "noch nicht archiviert",
		pinned: "festgehalten",
		none: "keine Nachrichten"
	},
	limitsDialog: {
		title: (name) => `Grenzwerte von ${name}`,
		up: "Hochladen höchstens",
		down: "Herunterladen höchstens",
		cap: "Speicherplatz höchstens",
		rateHint: "Etwa 512 KiB/s oder 8 Mbit/s. Leer bedeutet: kein eigener Grenzwert.",
		capHint: "Etwa 20 GiB. Leer bedeutet: keine eigene Obergrenze. Fehlt der Platz, weichen zuerst die ältesten Archive.",
		drop: "Nachrichten verdrängter Archive löschen",
		originals: "Eigene Archive dürfen weichen, sobald andere sie haben",
		understood: (value) => `Verstanden als ${value}`,
		none: "Kein eigener Grenzwert",
		saved: "Die Grenzwerte gelten",
		savedLater: "Gespeichert; sie gelten ab dem nächsten Start",
		more: "Zeitpläne und Grenzwerte des Knotens"
	},
	trouble: {
		title: "Das ließ sich nicht lesen",
		refused: "Das ging nicht",
		unreachable: "Der Knoten antwortet nicht.",
		unreachableHint: "Läuft er? `seeder status` zeigt es. Diese Seite versucht es weiter.",
		loading: "Der Knoten wird gefragt",
		broken: "Diese Ansicht ist fehlgeschlagen",
		brokenHint: "Das ist ein Fehler dieses Programms. Die anderen Ansichten gehen noch; vielleicht hilft es, die Seite neu zu laden.",
		reload: "Seite neu laden",
		news: "Mitteilungen"
	},
	limits: {
		intro: "Änderungen gelten sofort, während Übertragungen weiterlaufen.",
		scope: "Grenzen von",
		scopeNode: "Allen Gemeinschaften zusammen",
		unknownScope: "Diese Gemeinschaft gibt es auf diesem Knoten nicht.",
		inForce: "Jetzt gilt",
		noLimit: "keine Grenze",
		limitOf: (limit) => `Grenze ${limit}`,
		fromDefault: "wie vorgegeben",
		fromSet: "hier eingestellt",
		fromSchedule: "nach dem Zeitplan",
		fromAlternative: "nach den Ausweichgrenzen",
		fromDamaged: "der gespeicherte Wert ist beschädigt",
		until: (when, then) => `bis ${when}, danach ${then}`,
		untilOnly: (when) => `bis ${when}`,
		forEver: "Dabei bleibt es: kein Zeitplan ändert es.",
		waiting: (n) => n === 1 ? "1 Übertragung wartet deswegen" : `${n} Übertragungen warten deswegen`,
		storage: "Speicherplatz",
		storageOf: (used, cap) => `${used} von ${cap}`,
		storageNoCap: (used) => `${used} belegt, keine Obergrenze`,
		reserved: (size) => `${size} für Übertragungen vorgemerkt`,
		over: (size) => `${size} über der Obergrenze`,
		disk: "Datenträger",
		diskFree: (total) => `von ${total} frei`,
		diskKeep: (size) => `${size} bleiben frei`,
		battery: "Im Akkubetrieb",
		metered: "Getaktete Verbindung",
		answers: {
			yes: "ja",
			no: "nein",
			"not available": "das System sagt es nicht"
		},
		rates: "Geschwindigkeiten",
		alternatives: "Ausweichgrenzen",
		room: "Platz auf dem Datenträger",
		behaviour: "Verhalten",
		placeholderRate: "etwa 500 KiB/s oder unlimited",
		placeholderSize: "etwa 20 GiB oder unlimited",
		placeholderFree: "etwa 5 GiB oder 10%",
		placeholderZone: "etwa Europe/Berlin, UTC oder local",
		placeholderPins: "etwa 2024-01-01..2024-02-01 oder none",
		takeBackTo: (value) => `Zurücknehmen auf ${value}`,
		willBe: (value) => `Wird zu ${value}`,
		unsaved: (n) => n === 1 ? "1 Änderung ist noch nicht gespeichert" : `${n} Änderungen sind noch nicht gespeichert`,
		saveAll: "Änderungen speichern",
		discard: "Verwerfen",
		saved: "Das gilt jetzt.",
		savedLater: "Es ist gespeichert. Der Knoten hat nicht geantwortet und sieht binnen einer Sekunde selbst nach.",
		damaged: (key, value) => `Der gespeicherte Wert von ${key} ist unverständlich: ${value}`,
		damagedInForce: (value) => `Es bleibt bei ${value}.`,
		damagedStops: "Bis das behoben ist, wird nichts übertragen.",
		keys: {
			up: "Hochladen",
			down: "Herunterladen",
			cap: "Obergrenze für Speicherplatz",
			min_free: "Auf dem Datenträger frei lassen",
			pace: "Geschwindigkeit des Einlesens",
			alternative: "Ausweichgrenzen verwenden",
			alternative_up: "Hochladen, ausweichend",
			alternative_down: "Herunterladen, ausweichend",
			pause_on_battery: "Im Akkubetrieb anhalten",
			pause_on_metered: "Bei getakteter Verbindung anhalten",
			timezone: "Zeitzone der Zeitpläne",
			serve: "Anbieten",
			fetch: "Holen",
			paused: "Angehalten",
			pins: "Festgehaltene Zeiträume",
			drop_messages_on_evict: "Nachrichten verdrängter Archive löschen",
			evict_originals: "Darf eigene Archive verdrängen"
		},
		nodeHelp: {
			up: "Für alle Gemeinschaften zusammen.",
			down: "Für alle Gemeinschaften zusammen.",
			cap: "Was alle Archive auf dem Datenträger belegen dürfen. Die ältesten gehen zuerst.",
			min_free: "Solange weniger frei ist, warten Übertragungen.",
			pace: "Wie schnell Nachrichten in die Datenbank kommen.",
			alternative: "Zwei andere Grenzen auf einen Schalter, was auch immer der Zeitplan sagt.",
			alternative_up: "Gilt, solange der Schalter an ist.",
			alternative_down: "Gilt, solange der Schalter an ist.",
			pause_on_battery: "Im Akkubetrieb wird nichts übertragen.",
			pause_on_metered: "Bei einer getakteten Verbindung wird nichts übertragen.",
			timezone: "Wo die Uhr hängt, nach der Zeitpläne gehen."
		},
		communityHelp: {
			up: "An alle Gegenstellen der Gemeinschaft, im Rahmen dessen, was alle zusammen dürfen.",
			down: "Von allen Gegenstellen der Gemeinschaft, im Rahmen dessen, was alle zusammen dürfen.",
			cap: "Was ihre Archive auf dem Datenträger belegen dürfen. Die ältesten gehen zuerst.",
			serve: "An Gegenstellen hochladen.",
			fetch: "Von Gegenstellen herunterladen.",
			paused: "Nichts für sie tun.",
			pins: "Archive dieser Zeiträume werden nie verdrängt.",
			drop_messages_on_evict: "Sonst bleiben Nachrichten, wenn ein Archiv geht.",
			evict_originals: "Sobald andere sie haben."
		},
		paces: {
			background: "Im Hintergrund",
			normal: "Normal",
			fast: "Schnell"
		}
	},
	schedule: {
		title: "Zeitplan",
		intro: "Andere Grenzen zu bestimmten Zeiten der Woche. Wählen Sie Geschwindigkeiten und malen Sie dann Stunden aus.",
		zone: (zone) => `Die Zeiten sind die von ${zone}.`,
		zoneLocal: "Die Zeiten sind die der Uhr des Knotens.",
		stopped: "Die Ausweichgrenzen sind an: sie gehen dem Zeitplan vor.",
		notUnderstood: "Dieser Zeitplan ist für das Raster zu eigen. Er lässt sich als Text ändern.",
		grid: "Woche nach Stunden",
		days: [
			"Montag",
			"Dienstag",
			"Mittwoch",
			"Donnerstag",
			"Freitag",
			"Samstag",
			"Sonntag"
		],
		daysShort: [
			"Mo",
			"Di",
			"Mi",
			"Do",
			"Fr",
			"Sa",
			"So"
		],
		cell: (day, from, to, what) => `${day} ${from} bis ${to}: ${what}`,
		mixed: "wechselt innerhalb der Stunde",
		isNow: "jetzt",
		base: "Übliche Grenzen",
		as: (what) => `wie üblich (${what})`,
		rates: (up, down) => `Hochladen ${up}, Herunterladen ${down}`,
		onlyUp: (up) => `Hochladen ${up}`,
		onlyDown: (down) => `Herunterladen ${down}`,
		brushes: "Malen mit",
		newBrush: "Andere Geschwindigkeiten",
		upField: "Hochladen",
		downField: "Herunterladen",
		emptyIsUsual: "leer: wie üblich",
		addBrush: "Diese Geschwindigkeiten verwenden",
		needsOne: "Geben Sie mindestens eine der beiden Geschwindigkeiten an.",
		keys: "Pfeiltasten bewegen, mit Umschalt wählen sie aus, die Leertaste malt. Namen von Tagen und Stunden malen ganze Zeilen und Spalten.",
		paintDay: (day) => `Den ganzen ${day} ausmalen`,
		paintHour: (hour) => `${hour} an jedem Tag ausmalen`,
		exact: "Auf die Minute genau",
		onDays: "An",
		from: "Von",
		to: "Bis",
		paint: "Ausmalen",
		pickDay: "Wählen Sie mindestens einen Tag.",
		asText: "Als Text",
		tooMany: (most) => `Das sind mehr als ${most} Abschnitte. Machen Sie es einfacher.`,
		nothing: "Nichts ist geplant: die üblichen Grenzen gelten die ganze Woche.",
		save: "Zeitplan speichern",
		discard: "Änderungen verwerfen",
		unsaved: "Der Zeitplan ist noch nicht gespeichert."
	},
	activity: {
		operations: "Aufträge",
		noOperations: "Nichts ist im Gange.",
		noOperationsHint: "Hier steht, was jemand verlangt hat: Beitritte, Archivieren, Holen, erneutes Einlesen und Prüfungen.",
		ended: "Zuvor beendet",
		showEnded: "Beendete zeigen",
		hideEnded: "Beendete ausblenden",
		noEnded: "In den letzten 30 Tagen ist nichts zu Ende gegangen.",
		kinds: {
			archive: "Archivieren",
			replay: "Erneut einlesen",
			join: "Beitreten",
			audit: "Prüfen",
			fetch: "Holen"
		},
		states: {
			pending: "ist noch nicht an der Reihe",
			running: "im Gange",
			waiting: "wartet",
			done: "fertig",
			failed: "gescheitert"
		},
		progress: (done, total) => `${done} von ${total} Schritten`,
		progressUnknown: (done) => `${done} Schritte bisher`,
		toldDone: (what) => `${what}: fertig`,
		toldFailed: (what) => `${what}: fehlgeschlagen`,
		attempts: (n) => n === 1 ? "einmal versucht" : `${n}-mal versucht`,
		nextTry: (when) => `erneut ${when}`,
		span: (days) => `für ${days}`,
		began: (when) => `verlangt ${when}`,
		endedAt: (when) => `beendet ${when}`,
		retries: "Erneute Versuche",
		quarantined: "Archiv in Quarantäne",
		retriesHint: "Was scheitert, wird immer wieder versucht, mit wachsenden Pausen.",
		parts: {
			announcement: "Ankündigungen",
			fetch: "Holen",
			archive: "Archivieren",
			send: "Versenden von Ankündigungen"
		},
		events: "Was geschehen ist",
		community: "Gemeinschaft",
		allCommunities: "Alle Gemeinschaften",
		nodeOnly: "Der Knoten selbst",
		kind: "Art",
		allKinds: "Alles",
		eventKinds: {
			community: "Gemeinschaften",
			archive: "Archive",
			announcement: "Ankündigungen",
			operation: "Aufträge",
			work: "Fehlschläge und Erholungen",
			setting: "Einstellungen",
			fork: "Gabelungen"
		},
		older: "Ältere zeigen",
		loadingOlder: "Ältere werden gelesen",
		noOlder: "Mehr wird nicht aufgehoben.",
		loading: "Das Geschehene wird gelesen",
		empty: "Noch ist nichts geschehen.",
		emptyHint: "Gründen Sie eine Gemeinschaft oder treten Sie einer bei; was daraus wird, steht dann hier.",
		emptyFilter: "Nichts passt zum Filter.",
		emptyFilterHint: "Wählen Sie eine andere Gemeinschaft oder Art, oder lassen Sie ältere zeigen.",
		clearFilter: "Filter aufheben",
		today: "Heute",
		yesterday: "Gestern"
	},
	settings: {
		page: "Diese Seite",
		pageHint: "Wird in diesem Browser aufgehoben.",
		theme: "Farben",
		themes: {
			auto: "Wie das System",
			light: "Hell",
			dark: "Dunkel"
		},
		language: "Sprache",
		languages: {
			auto: "Wie der Browser",
			en: "English",
			de: "Deutsch"
		},
		logOut: "Abmelden",
		session: "Sitzung",
		logOutHint: "Mit dem Zugangsschlüssel des Knotens kommen Sie wieder herein.",
		log: "Protokoll des Knotens",
		logLevel: "Geringste Schwere",
		logLevelTold: (level) => `Der Knoten protokolliert von jetzt an: ${level}.`,
		logLevelHint: "Gilt bis zum nächsten Start des Knotens oder bis seine Konfiguration neu geladen wird.",
		logLevels: {
			debug: "Fehlersuche",
			info: "Auskünfte",
			warn: "Warnungen",
			error: "Fehler"
		},
		config: "Konfiguration",
		configFile: (file) => `Aus ${file}, der Umgebung und der Befehlszeile.`,
		configNoFile: "Es gibt keine Konfigurationsdatei: Vorgaben, Umgebung und Befehlszeile.",
		configHint: "Ändern Sie die Datei und laden Sie sie neu. Gekennzeichnet ist, was sofort gilt und was einen Neustart braucht:",
		reload: "Neu laden",
		reloadNothing: "Nichts hat sich geändert.",
		reloadApplied: (n) => n === 1 ? "1 Einstellung hat sich geändert:" : `${n} Einstellungen haben sich geändert:`,
		reloadRestart: (n) => n === 1 ? "1 Einstellung gilt nach einem Neustart:" : `${n} Einstellungen gelten nach einem Neustart:`,
		change: (key, before, after) => `${key}: ${before} → ${after}`,
		search: "Einstellung finden",
		settingsSet: (n, of) => (of === 1 ? "1 Einstellung" : `${of} Einstellungen`) + (n === 0 ? "" : `, ${n} gesetzt`),
		onlyChanged: "Nur gesetzte",
		nothingFound: "Keine Einstellung passt.",
		nothingFoundHint: "Suchen Sie nach einem Teil ihres Namens oder ihrer Wirkung.",
		empty: "leer",
		accepts: (what) => `Zulässig: ${what}`,
		source: "Herkunft",
		sections: {
			"": "Allgemein",
			log: "Protokoll",
			database: "Datenbank",
			waku: "Waku",
			queue: "Aufgehobene Ankündigungen",
			swarm: "Schwarm",
			owner: "Archivieren",
			member: "Folgen",
			limits: "Grenzen",
			import: "Einlesen",
			runtime: "Maschine",
			metrics: "Messwerte",
			api: "Schnittstelle und diese Seite",
			doctor: "Untersuchung"
		},
		liveMark: "durch Neuladen",
		restartMark: "braucht Neustart"
	},
	about: {
		version: "Version",
		process: "Prozess",
		wakuAddresses: "Waku-Adressen",
		swarmAddresses: "Schwarm-Adressen",
		noAddresses: "keine",
		purpose: "Bewahrt die Geschichte von Chat-Gemeinschaften: geprüft, vollständig und in den Händen ihrer Mitglieder.",
		doctor: "Untersuchung",
		doctorHint: "Sieht nach Ports, Gegenstellen, Waku, DHT, Uhr, Datenträger, Datenbank und Berechtigungen. Das dauert höchstens eine halbe Minute.",
		doctorRun: "Knoten untersuchen",
		doctorAgain: "Erneut untersuchen",
		doctorRunning: "Der Knoten wird untersucht: Ports, Gegenstellen, Uhr, Datenträger, Datenbank",
		doctorAt: (when) => `Untersucht ${when}`,
		doctorStates: {
			ok: "gut",
			unknown: "nicht feststellbar",
			warn: "ansehen",
			fail: "kaputt"
		},
		doctorSummary: {
			ok: "Alles ist in Ordnung.",
			warn: "Es läuft; etwas könnte besser sein.",
			fail: "Etwas ist kaputt.",
			unknown: "Nichts lässt sich feststellen."
		},
		checks: {
			config: "Konfiguration",
			daemon: "Dienst",
			folder: "Datenordner",
			permissions: "Berechtigungen",
			database: "Datenbank",
			disk: "Datenträger",
			ports: "Ports",
			reachable: "Von außen erreichbar",
			peers: "Gegenstellen",
			dht: "DHT",
			waku: "Waku",
			clock: "Uhr"
		},
		diagnostics: "Diagnosepaket",
		diagnosticsHint: "Ein Zip-Archiv für einen Fehlerbericht: Versionen, Konfiguration, Zustände, Protokoll und Messwerte. Zugangsschlüssel, Schlüssel, Passwörter und Nachrichten sind nicht darin. Sehen Sie hinein, bevor Sie es weitergeben.",
		diagnosticsGet: "Paket herunterladen",
		docs: "Dokumentation",
		copyAddress: "Adresse kopieren",
		docsHint: "Sie wird mit dem Programm installiert.",
		docsCommands: [
			{
				command: "seeder help",
				what: "alle Befehle"
			},
			{
				command: "man seeder",
				what: "das Handbuch, wo Pakete es installiert haben"
			},
			{
				command: "seeder config print",
				what: "jede Einstellung mit ihrer Bedeutung"
			}
		],
		docsApi: "Beschreibung der Schnittstelle (OpenAPI 3.1)",
		licences: "Gemacht mit",
		licencesHint: "In dieser Seite und im Programm steckt, was andere gemacht haben, zu ihren Bedingungen.",
		licencesRead: "Alles davon mit Namen und Lizenzen"
	},
	welcome: {
		title: "Gemeinschaft hinzufügen",
		firstTitle: "Willkommen",
		firstIntro: "Dieser Knoten bewahrt die Geschichte von Gemeinschaften. Noch hat er keine: treten Sie einer bei oder gründen Sie eine eigene. Es sind zwei Schritte.",
		intro: "Treten Sie einer Gemeinschaft bei oder gründen Sie eine eigene.",
		step: (n, of) => `Schritt ${n} von ${of}`,
		chooseTitle: "Was möchten Sie tun?",
		join: "Einer Gemeinschaft beitreten",
		joinHint: "Ihre Kennung haben Sie von ihrem Eigentümer. Dieser Knoten holt ihre Geschichte, prüft sie und hilft, sie weiterzutragen.",
		create: "Eine Gemeinschaft gründen",
		createHint: "Sie gehört Ihnen: dieser Knoten bewahrt ihren Schlüssel, archiviert ihre Nachrichten und kündigt sie an.",
		back: "Zurück",
		idLabel: "Kennung der Gemeinschaft",
		idHint: "0x und 66 Hexadezimalziffern, wie ihr Eigentümer sie angibt.",
		idBad: "Das ist keine Kennung: sie hat 0x und 66 Hexadezimalziffern.",
		idKnown: (name) => `Dieser Knoten folgt ihr schon, als ${name}.`,
		nameLabel: "Name",
		nameHintJoin: "Nur für Sie. Er darf leer bleiben.",
		nameHintCreate: "Für Sie und alle, die diesen Knoten benutzen.",
		nameMissing: "Geben Sie ihr einen Namen.",
		peersLabel: "Adressen von Gegenstellen",
		peersHint: "Nach Belieben: Rechner:Port, durch Kommas getrennt, wo jemand ihre Geschichte hat. Hilft, wo sich sonst niemand findet.",
		joinDo: "Beitreten",
		joining: "Wird beigetreten",
		createDo: "Gründen",
		creating: "Der Schlüssel wird erzeugt",
		joinedTitle: (name) => `${name}: die Geschichte ist unterwegs`,
		joinedWaiting: "Es wird auf die erste Ankündigung des Eigentümers oder eines Mitglieds gewartet, das sie hat.",
		joinedNoPeer: "Die Ankündigung ist da. Nach Gegenstellen, die die Geschichte haben, wird gesucht; noch ist keine verbunden.",
		joinedNoIndex: "Die Ankündigung ist da. Es wird auf eine Gegenstelle gewartet, die die Liste der Archive schickt.",
		joinedStopped: (why) => `Zurzeit wird nichts geholt: ${why}`,
		joinedProgress: (done, total) => `${done} von ${total} Archiven sind hier.`,
		joinedDone: "Die ganze Geschichte ist hier.",
		joinedFailed: (reason) => `Es hat nicht geklappt: ${reason}`,
		joinedOnItsOwn: "Es geht von selbst weiter; Sie können diese Seite verlassen.",
		toCommunity: "Gemeinschaft zeigen",
		another: "Weitere hinzufügen",
		createdTitle: (name) => `${name} ist gegründet. Sichern Sie jetzt den Schlüssel.`,
		shareId: "Geben Sie diese Kennung denen, die beitreten dürfen:"
	},
	backup: {
		title: "Schlüssel dieser Gemeinschaft sichern",
		why: "Wer diesen Schlüssel hat, ist der Eigentümer. Geht diese Maschine ohne Kopie verloren, kann niemand je wieder für die Gemeinschaft archivieren, und niemand kann einen neuen Schlüssel für sie machen.",
		where: "Bewahren Sie eine Kopie dort auf, wo diese Maschine nicht ist: im Passwortspeicher, auf Papier, auf einem Stick in der Schublade. Geben Sie sie niemandem.",
		askToken: "Bevor der Knoten den Schlüssel zeigt, fragt er noch einmal nach seinem Zugangsschlüssel.",
		token: "Zugangsschlüssel des Knotens",
		tokenHint: "`seeder token show` zeigt ihn.",
		show: "Schlüssel zeigen",
		showing: "Der Schlüssel wird geholt",
		key: "Privater Schlüssel",
		download: "Als Datei speichern",
		copyKey: "Schlüssel kopieren",
		restore: "`seeder key import < DATEI` bringt ihn zurück.",
		confirm: "Ich bewahre eine Kopie an einem sicheren Ort auf, der nicht diese Maschine ist.",
		done: "Fertig",
		later: "Später",
		reminder: (names) => `Vom Schlüssel von ${names} gibt es keine Kopie, von der Sie gesagt hätten. Geht diese Maschine verloren, endet die Gemeinschaft.`,
		remind: "Schlüssel sichern"
	},
	login: {
		title: "Anmelden",
		intro: "Das ist die Übersicht eines Knotens, der die Geschichte von Gemeinschaften bewahrt. Sein Zugangsschlüssel lässt Sie herein.",
		token: "Zugangsschlüssel",
		hint: "Auf der Maschine des Knotens zeigt dies den Zugangsschlüssel oder einen Link, der Sie anmeldet:",
		commands: ["seeder token show", "seeder dashboard"],
		show: "Zeigen",
		hide: "Verbergen",
		enter: "Anmelden",
		entering: "Der Knoten wird gefragt",
		missing: "Fügen Sie zuerst den Zugangsschlüssel ein.",
		wrong: "Das ist nicht der Zugangsschlüssel dieses Knotens.",
		wrongLink: "Der Link enthält einen Zugangsschlüssel, der nicht mehr gilt. Nehmen Sie einen neuen Link oder fügen Sie den Zugangsschlüssel ein.",
		wrongHint: "Vielleicht wurde er mit `seeder token rotate` gewechselt. `seeder token show` zeigt den, der gilt.",
		tooMany: (span) => `Zu viele Versuche. Versuchen Sie es in ${span} erneut.`,
		unreachable: "Der Knoten antwortet nicht. Läuft er?"
	}
}, en = {
	product: "seeder",
	nav: {
		label: "Views",
		menu: "Menu",
		close: "Close menu",
		skip: "Skip to content",
		communities: "Communities",
		limits: "Limits & schedule",
		activity: "Activity",
		settings: "Settings",
		about: "About",
		add: "Add a community"
	},
	stream: {
		live: "Live",
		connecting: "Connecting",
		idle: "Not connected",
		lost: (seconds) => seconds > 0 ? `Reconnecting in ${seconds} s` : "Reconnecting",
		lostLong: "The node does not answer. What you see is how it was.",
		refused: (why) => `The node does not tell what happens: ${why}. What you see is half a minute old at most.`,
		stale: (why) => `How things stand could not be read: ${why}. What you see is how it was.`,
		retry: "Try now"
	},
	common: {
		cancel: "Cancel",
		save: "Save",
		close: "Close",
		retry: "Try again",
		more: "More",
		copy: "Copy",
		notCopied: "The browser did not allow it. Mark the text and copy it by hand.",
		copied: "Copied",
		unlimited: "unlimited",
		none: "none",
		never: "never",
		unknown: "not known",
		of: (a, b) => `${a} of ${b}`,
		ago: (span) => `${span} ago`,
		inTime: (span) => `in ${span}`,
		justNow: "just now",
		soon: "now",
		up: "Upload",
		down: "Download",
		dismiss: "Dismiss",
		unitSeconds: "s",
		unitMinutes: "min",
		unitHours: "h",
		unitDays: "d"
	},
	communities: {
		add: "Add a community",
		count: (n) => n === 1 ? "1 community" : `${n} communities`,
		emptyTitle: "No communities yet",
		empty: "Follow a community to keep its history and give it to others, or create one of your own and archive it here.",
		loading: "Reading the communities",
		owner: "Owner",
		member: "Member",
		pause: "Pause",
		resume: "Resume",
		paused: "Paused",
		serve: "Serve",
		serveAbout: "upload to other nodes",
		fetch: "Fetch",
		fetchAbout: "download from other nodes",
		limits: "Limits",
		coverage: "History",
		coverageLoading: "Reading the history",
		coverageNone: "None known yet",
		held: (share) => `${share} here`,
		storage: "Storage",
		noCap: (used) => `${used}, no cap`,
		nodeCap: (used, cap) => `${used}; the node has ${cap} for all`,
		reserved: (size) => `${size} reserved for downloads`,
		over: (size, why) => `${size} over the cap: ${why}`,
		next: (span, size) => `Goes next: ${span} (${size})`,
		nextNone: "Originals are kept, whatever the cap says",
		nextPinned: "Everything here is pinned",
		peers: (n) => n === 1 ? "1 peer" : `${n} peers`,
		copies: (n) => n === 1 ? "rarest archive: 1 copy" : `rarest archive: ${n} copies`,
		limited: (limit) => `of ${limit}`,
		nodeLimit: (limit) => `of ${limit} for all`,
		waiting: (n) => `${n} waiting`,
		from: {
			schedule: "by schedule",
			alternative: "alternative limits"
		}
	},
	community: {
		back: "All communities",
		loading: "Reading the community",
		missingTitle: "No such community",
		missing: "It may have been left, or the address is wrong.",
		history: "History",
		historyLoading: "Reading the history",
		historyEmptyTitle: "No history is known yet",
		historyEmpty: "It appears when the first announcement of the owner was received. Other nodes of the community bring it.",
		historyEmptyOwner: "It appears when messages have arrived. A week is archived some days after its end.",
		historyHint: "Choose a week with the pointer or the arrow keys; with Shift several.",
		notIndexed: "The list of archives is not here yet, so gaps cannot be told.",
		previous: "Week before",
		next: "Week after",
		weekGrid: "History by weeks",
		weeks: (n) => n === 1 ? "1 week" : `${n} weeks`,
		archives: (n) => n === 1 ? "1 archive" : `${n} archives`,
		messages: (n) => `${n} messages`,
		size: "Size",
		archivesName: "Archives",
		messagesName: "Messages",
		copiesName: "Copies among peers",
		copies: (n) => n === 1 ? "1 copy" : `${n} copies`,
		copiesUnknown: "not known",
		copiesLeast: (n) => n === 1 ? "1 at least" : `${n} at least`,
		state: "State",
		pendingCount: (n) => `${n} wait for their archive`,
		late: (n) => `${n} came late`,
		lacking: (n) => `${n} are not in the database`,
		amendments: (n) => n === 1 ? "1 of them an amendment" : `${n} of them amendments`,
		fetchWeek: "Fetch now",
		fetchAllHere: "All of it is here.",
		fetchUnderWay: "It is being fetched.",
		fetchNothing: "There is no archive in this week to fetch.",
		pin: "Pin",
		unpin: "Unpin",
		pinned: "Pinned: no cap evicts it",
		unpinned: "No longer pinned",
		rates: "Rates",
		range: "Time range",
		ranges: {
			"1h": "1 hour",
			"24h": "24 hours",
			"7d": "7 days"
		},
		ratesLoading: "Reading the rates",
		down: "node was down",
		notRecorded: "nothing recorded",
		limit: "limit",
		mean: "mean",
		most: "most",
		downtime: (span) => `not running for ${span}`,
		machine: "Processor and memory of the node",
		cpu: "Processor, share of a core",
		memory: "Memory",
		transfers: "Transfers",
		noTransfers: "Nothing is being fetched.",
		torrents: "Torrents",
		infohash: "Infohash",
		pieces: "Pieces",
		connections: "Connections",
		peers: "Peers",
		noPeersTitle: "Nobody is connected",
		noPeers: "Peers are looked for all the time. Check-up in About tells whether others can reach this node.",
		noPeersPaused: "While the community is paused nobody is.",
		address: "Address",
		client: "Program",
		clientUnknown: "not said",
		connection: "Connection",
		incoming: "in",
		outgoing: "out",
		has: "Has",
		up: "Up",
		downTitle: "Down",
		sent: "Sent",
		received: "Received",
		owning: "Owner",
		nextRound: "Next round",
		nextRoundNone: "not planned",
		lastAnnouncement: "Last announcement",
		lastAnnouncementNone: "none yet",
		tookBy: (n) => n === 1 ? "taken by 1 peer" : `taken by ${n} peers`,
		outbox: "Outbox",
		outboxEmpty: "empty",
		outboxWaiting: (n) => n === 1 ? "1 waits for a peer" : `${n} wait for a peer`,
		rarest: "Rarest archive",
		messagesPending: "To be archived",
		whoHas: "who has what",
		whoHasNobody: "No peer is connected, so nobody else is known to have it.",
		announcements: "Announcements",
		announcementStates: {
			received: "received",
			waiting: "waits for a peer",
			sent: "sent"
		},
		clock: "Clock",
		when: "When",
		work: "Work",
		parts: {
			announcement: "Announcements",
			fetch: "Fetching",
			archive: "Archiving",
			send: "Sending"
		},
		reason: "Because",
		nextTry: "Next",
		workStates: {
			idle: "idle",
			working: "working",
			waiting: "waiting"
		},
		archiveNow: "Archive now",
		audit: "Check and mend",
		replay: "Read messages from archives again",
		asked: "Asked for; Activity shows how it goes",
		rename: "Rename",
		renameTitle: "Rename the community",
		renameHint: "For people on this node; the network does not know it.",
		renamed: "Renamed",
		copyId: "Copy the id",
		idCopied: "The id was copied",
		leave: "Leave",
		leaveTitle: (name) => `Leave ${name}?`,
		leaveText: (size) => `Its archives are removed from this node, which frees ${size}. Other nodes keep theirs.`,
		leaveOwner: "The key stays in the keystore, so that you can own the community again.",
		leaveMessages: "Delete its messages from the database, too",
		leaveDo: "Leave and remove archives",
		left: (size) => `Left; ${size} are free again`,
		forks: (n) => n === 1 ? "Another node that has the same key made different archives." : `Nodes with the same key made different archives ${n} times.`
	},
	standing: {
		damaged: "Stopped: a setting is damaged",
		paused: "Paused",
		stopped: "Stopped",
		refused: (n) => n === 1 ? "1 archive was refused" : `${n} archives were refused`,
		failing: (n) => `Failed ${n} times`,
		announcement: "Looking for the newest announcement",
		fetch: "Fetching history",
		archive: "Archiving",
		send: "Announcing",
		waiting: "Waiting",
		owner: "Archived",
		ownerNext: (when) => `Archived, next round ${when}`,
		empty: "Nothing archived yet",
		emptyNext: (when) => `Nothing archived yet, next round ${when}`,
		member: "Up to date",
		again: (when) => `again ${when}`
	},
	condition: {
		archived: "archived",
		imported: "imported",
		stored: "stored",
		amended: "amended",
		downloading: "being fetched",
		missing: "missing",
		beyond: "no room",
		evicted: "evicted",
		quarantined: "quarantined",
		pending: "not archived yet",
		pinned: "pinned",
		none: "no messages"
	},
	limitsDialog: {
		title: (name) => `Limits of ${name}`,
		up: "Upload at most",
		down: "Download at most",
		cap: "Disk space at most",
		rateHint: "Such as 512 KiB/s or 8 Mbit/s. Empty for no limit of its own.",
		capHint: "Such as 20 GiB. Empty for no cap of its own. When there is no room, the oldest archives go first.",
		drop: "Delete the messages of evicted archives",
		originals: "Own archives may be evicted once others have them",
		understood: (value) => `Understood as ${value}`,
		none: "No limit of its own",
		saved: "Limits are in force",
		savedLater: "Saved; they hold from the next start on",
		more: "Schedules and the limits of the node"
	},
	trouble: {
		title: "This could not be read",
		refused: "This could not be done",
		unreachable: "The node does not answer.",
		unreachableHint: "Is it running? `seeder status` tells. This page goes on trying.",
		loading: "Asking the node",
		broken: "This view has failed",
		brokenHint: "That is a fault of this program. The other views still work; loading the page again may help here, too.",
		reload: "Load the page again",
		news: "Messages"
	},
	limits: {
		intro: "Changes hold at once, while transfers go on.",
		scope: "Limits of",
		scopeNode: "All communities together",
		unknownScope: "This node has no such community.",
		inForce: "In force now",
		noLimit: "no limit",
		limitOf: (limit) => `limit ${limit}`,
		fromDefault: "as it comes",
		fromSet: "set here",
		fromSchedule: "by the schedule",
		fromAlternative: "by the alternative limits",
		fromDamaged: "the stored value is damaged",
		until: (when, then) => `until ${when}, then ${then}`,
		untilOnly: (when) => `until ${when}`,
		forEver: "It stays so: no schedule changes it.",
		waiting: (n) => n === 1 ? "1 transfer waits for it" : `${n} transfers wait for it`,
		storage: "Storage",
		storageOf: (used, cap) => `${used} of ${cap}`,
		storageNoCap: (used) => `${used} used, no cap`,
		reserved: (size) => `${size} reserved for downloads`,
		over: (size) => `${size} over the cap`,
		disk: "Disk",
		diskFree: (total) => `free of ${total}`,
		diskKeep: (size) => `${size} stay free`,
		battery: "On battery",
		metered: "Metered connection",
		answers: {
			yes: "yes",
			no: "no",
			"not available": "the system does not tell"
		},
		rates: "Rates",
		alternatives: "Alternative limits",
		room: "Room on the disk",
		behaviour: "Behaviour",
		placeholderRate: "for example 500 KiB/s, or unlimited",
		placeholderSize: "for example 20 GiB, or unlimited",
		placeholderFree: "for example 5 GiB or 10%",
		placeholderZone: "for example Europe/Berlin, UTC or local",
		placeholderPins: "for example 2024-01-01..2024-02-01, or none",
		takeBackTo: (value) => `Take back to ${value}`,
		willBe: (value) => `Will be ${value}`,
		unsaved: (n) => n === 1 ? "1 change is not saved" : `${n} changes are not saved`,
		saveAll: "Save changes",
		discard: "Discard",
		saved: "It holds now.",
		savedLater: "It is stored. The node did not answer, and looks by itself within a second.",
		damaged: (key, value) => `The stored value of ${key} is not understood: ${value}`,
		damagedInForce: (value) => `${value} goes on.`,
		damagedStops: "Nothing is transferred until it is mended.",
		keys: {
			up: "Upload",
			down: "Download",
			cap: "Storage cap",
			min_free: "Keep free on the disk",
			pace: "Pace of imports",
			alternative: "Use the alternative limits",
			alternative_up: "Alternative upload",
			alternative_down: "Alternative download",
			pause_on_battery: "Pause on battery",
			pause_on_metered: "Pause on a metered connection",
			timezone: "Time zone of schedules",
			serve: "Serve",
			fetch: "Fetch",
			paused: "Paused",
			pins: "Pinned spans",
			drop_messages_on_evict: "Delete messages of evicted archives",
			evict_originals: "May evict its own archives"
		},
		nodeHelp: {
			up: "Of all communities together.",
			down: "Of all communities together.",
			cap: "What all archives may take on the disk. The oldest go first.",
			min_free: "Downloads wait while there is less.",
			pace: "How fast messages are put into the database.",
			alternative: "Two other limits at the flick of a switch, whatever the schedule says.",
			alternative_up: "Holds while the switch is on.",
			alternative_down: "Holds while the switch is on.",
			pause_on_battery: "Nothing is transferred while the machine runs on battery.",
			pause_on_metered: "Nothing is transferred while the connection is metered.",
			timezone: "Where the clock hangs that schedules mean."
		},
		communityHelp: {
			up: "To all peers of the community, within what all communities may.",
			down: "From all peers of the community, within what all communities may.",
			cap: "What its archives may take on the disk. The oldest go first.",
			serve: "Upload to peers.",
			fetch: "Download from peers.",
			paused: "Do nothing for it.",
			pins: "Archives of these spans are never evicted.",
			drop_messages_on_evict: "Otherwise messages stay when an archive goes.",
			evict_originals: "Once other seeders hold them."
		},
		paces: {
			background: "In the background",
			normal: "Normal",
			fast: "Fast"
		}
	},
	schedule: {
		title: "Schedule",
		intro: "Other limits at certain times of the week. Choose rates, then paint hours.",
		zone: (zone) => `Times are those of ${zone}.`,
		zoneLocal: "Times are those of the node's clock.",
		stopped: "The alternative limits are on: they stand before the schedule.",
		notUnderstood: "This schedule is too particular for the grid. It can be changed as text.",
		grid: "Week by hours",
		days: [
			"Monday",
			"Tuesday",
			"Wednesday",
			"Thursday",
			"Friday",
			"Saturday",
			"Sunday"
		],
		daysShort: [
			"Mon",
			"Tue",
			"Wed",
			"Thu",
			"Fri",
			"Sat",
			"Sun"
		],
		cell: (day, from, to, what) => `${day} ${from} to ${to}: ${what}`,
		mixed: "changes within the hour",
		isNow: "now",
		base: "Usual limits",
		as: (what) => `as usual (${what})`,
		rates: (up, down) => `Upload ${up}, download ${down}`,
		onlyUp: (up) => `Upload ${up}`,
		onlyDown: (down) => `Download ${down}`,
		brushes: "Paint with",
		newBrush: "Other rates",
		upField: "Upload",
		downField: "Download",
		emptyIsUsual: "empty: as usual",
		addBrush: "Use these rates",
		needsOne: "Give at least one of the two rates.",
		keys: "Arrow keys move, with Shift they select, Space paints. Names of days and hours paint whole rows and columns.",
		paintDay: (day) => `Paint all of ${day}`,
		paintHour: (hour) => `Paint ${hour} of every day`,
		exact: "Paint to the minute",
		onDays: "On",
		from: "From",
		to: "To",
		paint: "Paint",
		pickDay: "Choose at least one day.",
		asText: "As text",
		tooMany: (most) => `That is more than ${most} windows. Make it simpler.`,
		nothing: "Nothing is scheduled: the usual limits hold all week.",
		save: "Save schedule",
		discard: "Discard changes",
		unsaved: "The schedule is not saved yet."
	},
	activity: {
		operations: "Operations",
		noOperations: "Nothing is under way.",
		noOperationsHint: "What somebody asks for stands here: joining, archiving, fetching, replays and audits.",
		ended: "Ended before",
		showEnded: "Show those that ended",
		hideEnded: "Hide those that ended",
		noEnded: "Nothing has ended in the last 30 days.",
		kinds: {
			archive: "Archive",
			replay: "Replay",
			join: "Join",
			audit: "Audit",
			fetch: "Fetch"
		},
		states: {
			pending: "waits for its turn",
			running: "under way",
			waiting: "waits",
			done: "done",
			failed: "failed"
		},
		progress: (done, total) => `${done} of ${total} steps`,
		progressUnknown: (done) => `${done} steps so far`,
		toldDone: (what) => `${what}: done`,
		toldFailed: (what) => `${what}: failed`,
		attempts: (n) => n === 1 ? "tried once" : `tried ${n} times`,
		nextTry: (when) => `again ${when}`,
		span: (days) => `of ${days}`,
		began: (when) => `asked for ${when}`,
		endedAt: (when) => `ended ${when}`,
		retries: "Tried again",
		quarantined: "Archive in quarantine",
		retriesHint: "What failed is tried again for ever, with growing pauses.",
		parts: {
			announcement: "Announcements",
			fetch: "Fetching",
			archive: "Archiving",
			send: "Sending announcements"
		},
		events: "What happened",
		community: "Community",
		allCommunities: "All communities",
		nodeOnly: "The node itself",
		kind: "Kind",
		allKinds: "Everything",
		eventKinds: {
			community: "Communities",
			archive: "Archives",
			announcement: "Announcements",
			operation: "Operations",
			work: "Failures and recoveries",
			setting: "Settings",
			fork: "Forks"
		},
		older: "Show older ones",
		loadingOlder: "Reading older ones",
		noOlder: "That is all that is kept.",
		loading: "Reading what happened",
		empty: "Nothing has happened yet.",
		emptyHint: "Create or join a community, and what becomes of it stands here.",
		emptyFilter: "Nothing fits the filter.",
		emptyFilterHint: "Choose another community or kind, or show older ones.",
		clearFilter: "Clear the filter",
		today: "Today",
		yesterday: "Yesterday"
	},
	settings: {
		page: "This page",
		pageHint: "Kept in this browser.",
		theme: "Colours",
		themes: {
			auto: "As the system",
			light: "Light",
			dark: "Dark"
		},
		language: "Language",
		languages: {
			auto: "As the browser",
			en: "English",
			de: "Deutsch"
		},
		logOut: "Log out",
		session: "Session",
		logOutHint: "The token of the node lets you in again.",
		log: "Log of the node",
		logLevel: "Least severity",
		logLevelTold: (level) => `The node logs from now on: ${level}.`,
		logLevelHint: "Holds until the node starts again or its configuration is reloaded.",
		logLevels: {
			debug: "Debug",
			info: "Info",
			warn: "Warnings",
			error: "Errors"
		},
		config: "Configuration",
		configFile: (file) => `From ${file}, the environment and flags.`,
		configNoFile: "There is no configuration file: defaults, the environment and flags.",
		configHint: "Change the file, then reload. Marks tell what holds at once and what waits for a restart:",
		reload: "Reload",
		reloadNothing: "Nothing has changed.",
		reloadApplied: (n) => n === 1 ? "1 setting changed:" : `${n} settings changed:`,
		reloadRestart: (n) => n === 1 ? "1 setting holds after a restart:" : `${n} settings hold after a restart:`,
		change: (key, before, after) => `${key}: ${before} → ${after}`,
		search: "Find a setting",
		settingsSet: (n, of) => (of === 1 ? "1 setting" : `${of} settings`) + (n === 0 ? "" : `, ${n} set`),
		onlyChanged: "Only those that were set",
		nothingFound: "No setting fits.",
		nothingFoundHint: "Use a part of its name or of what it does.",
		empty: "empty",
		accepts: (what) => `Accepts ${what}`,
		source: "Source",
		sections: {
			"": "General",
			log: "Log",
			database: "Database",
			waku: "Waku",
			queue: "Queue of announcements",
			swarm: "Swarm",
			owner: "Archiving",
			member: "Following",
			limits: "Limits",
			import: "Import",
			runtime: "Machine",
			metrics: "Metrics",
			api: "API and dashboard",
			doctor: "Check-up"
		},
		liveMark: "by reload",
		restartMark: "needs a restart"
	},
	about: {
		version: "Version",
		process: "Process",
		wakuAddresses: "Waku addresses",
		swarmAddresses: "Swarm addresses",
		noAddresses: "none",
		purpose: "Keeps the history of chat communities: verified, complete, and in the hands of their members.",
		doctor: "Check-up",
		doctorHint: "Looks at ports, peers, Waku, DHT, clock, disk, database and permissions. It takes half a minute at most.",
		doctorRun: "Look the node over",
		doctorAgain: "Look again",
		doctorRunning: "Looking the node over: ports, peers, clock, disk, database",
		doctorAt: (when) => `Looked over ${when}`,
		doctorStates: {
			ok: "good",
			unknown: "cannot be told",
			warn: "look at it",
			fail: "broken"
		},
		doctorSummary: {
			ok: "All is well.",
			warn: "It works; something could be better.",
			fail: "Something is broken.",
			unknown: "Nothing can be told."
		},
		checks: {
			config: "Configuration",
			daemon: "Service",
			folder: "Data folder",
			permissions: "Permissions",
			database: "Database",
			disk: "Disk",
			ports: "Ports",
			reachable: "Reachable from outside",
			peers: "Peers",
			dht: "DHT",
			waku: "Waku",
			clock: "Clock"
		},
		diagnostics: "Diagnostics bundle",
		diagnosticsHint: "A zip archive for a bug report: versions, configuration, states, log and measurements. Token, keys, passwords and messages are not in it. Look into it before you give it away.",
		diagnosticsGet: "Download the bundle",
		docs: "Documentation",
		copyAddress: "Copy the address",
		docsHint: "It is installed with the program.",
		docsCommands: [
			{
				command: "seeder help",
				what: "all commands"
			},
			{
				command: "man seeder",
				what: "the manual, where packages installed it"
			},
			{
				command: "seeder config print",
				what: "every setting with its meaning"
			}
		],
		docsApi: "Description of the API (OpenAPI 3.1)",
		licences: "Made with",
		licencesHint: "What others have made is in this page and in the program, on their terms.",
		licencesRead: "All of it by name, with its licences"
	},
	welcome: {
		title: "Add a community",
		firstTitle: "Welcome",
		firstIntro: "This node keeps the history of communities. It has none yet: join one, or create your own. It takes two steps.",
		intro: "Join a community that is there, or create your own.",
		step: (n, of) => `Step ${n} of ${of}`,
		chooseTitle: "What would you like to do?",
		join: "Join a community",
		joinHint: "You have its id from its owner. This node fetches its history, checks it, and helps to carry it on.",
		create: "Create a community",
		createHint: "You own it: this node keeps its key, archives its messages and announces them.",
		back: "Back",
		idLabel: "Id of the community",
		idHint: "0x and 66 hex digits, as its owner gives it.",
		idBad: "That is no id: it has 0x and 66 hex digits.",
		idKnown: (name) => `This node follows it already, as ${name}.`,
		nameLabel: "Name",
		nameHintJoin: "For you only. It may be empty.",
		nameHintCreate: "For you and those who use this node.",
		nameMissing: "Give it a name.",
		peersLabel: "Addresses of peers",
		peersHint: "Optional: host:port with commas between them, where somebody has its history. Helpful where nobody is found otherwise.",
		joinDo: "Join",
		joining: "Joining",
		createDo: "Create",
		creating: "Creating the key",
		joinedTitle: (name) => `${name}: the history is on its way`,
		joinedWaiting: "Waiting for the first announcement of the owner, or of a member that has it.",
		joinedNoPeer: "The announcement is here. Peers that have the history are looked for; none is connected yet.",
		joinedNoIndex: "The announcement is here. Waiting for a peer that sends the list of archives.",
		joinedStopped: (why) => `Nothing is fetched now: ${why}`,
		joinedProgress: (done, total) => `${done} of ${total} archives are here.`,
		joinedDone: "All of the history is here.",
		joinedFailed: (reason) => `It did not work: ${reason}`,
		joinedOnItsOwn: "It goes on by itself; you may leave this page.",
		toCommunity: "Show the community",
		another: "Add another",
		createdTitle: (name) => `${name} is created. Now keep its key.`,
		shareId: "Give this id to those who may join:"
	},
	backup: {
		title: "Keep the key of this community",
		why: "Whoever has this key is the owner. If this machine dies without a copy, nobody can ever archive for the community again, and nobody can make a new key for it.",
		where: "Keep a copy where this machine is not: in a password manager, on paper, on a stick in a drawer. Give it to nobody.",
		askToken: "The node asks for its token again before it shows the key.",
		token: "Token of the node",
		tokenHint: "`seeder token show` prints it.",
		show: "Show the key",
		showing: "Asking for the key",
		key: "Private key",
		download: "Save as a file",
		copyKey: "Copy the key",
		restore: "`seeder key import < FILE` brings it back.",
		confirm: "I keep a copy in a safe place that is not this machine.",
		done: "Done",
		later: "Later",
		reminder: (names) => `The key of ${names} has no copy that you told of. If this machine dies, the community ends.`,
		remind: "Keep the key"
	},
	login: {
		title: "Log in",
		intro: "This is the dashboard of a node that keeps the history of communities. Its token lets you in.",
		token: "Token",
		hint: "On the machine of the node, this prints the token, or a link that logs you in:",
		commands: ["seeder token show", "seeder dashboard"],
		show: "Show",
		hide: "Hide",
		enter: "Log in",
		entering: "Asking the node",
		missing: "Paste the token first.",
		wrong: "That is not the token of this node.",
		wrongLink: "The link holds a token that does not hold any more. Use a new link, or paste the token.",
		wrongHint: "It may have been changed by `seeder token rotate`. `seeder token show` prints the one that holds.",
		tooMany: (span) => `Too many tries. Try again in ${span}.`,
		unreachable: "The node does not answer. Is it running?"
	}
};
/** The strings of the language that was chosen; components that call it follow a change. */
function t() {
	return languageNow() === "de" ? de : en;
}
// src/format.ts
/** Numbers and times as people read them, in the language of the page. */
var UNITS = [
	"B",
	"KiB",
	"MiB",
	"GiB",
	"TiB",
	"PiB"
];
/** Keeps what is made for each locale and options: making one takes far longer than using it. */
function kept(make) {
	let formats = /* @__PURE__ */ new Map();
	return (options) => {
		let locale = localeNow(), key = locale + JSON.stringify(options), made = formats.get(key) ?? make(locale, options);
		return formats.set(key, made), made;
	};
}
var numberFormat = kept((l, o) => new Intl.NumberFormat(l, o)), dateFormat = kept((l, o) => new Intl.DateTimeFormat(l, o));
function number(n, digits = 0) {
	return numberFormat({ maximumFractionDigits: digits }).format(n);
}
function scaled(bytes) {
	let unit = 0, n = Math.abs(bytes);
	for (; n >= 1023.5 && unit < UNITS.length - 1;) n /= 1024, unit++;
	return [bytes < 0 ? -n : n, UNITS[unit] ?? "B"];
}
/** A size: three digits at most, in units of 1024. */
function bytes(n) {
	let [value, unit] = scaled(n);
	return `${number(value, unit === "B" || value >= 100 ? 0 : value >= 10 ? 1 : 2)} ${unit}`;
}
function rate(perSecond) {
	return bytes(perSecond) + "/s";
}
/** A value of a setting as people read it: the node writes no space before a unit, and some words in English. */
function pretty(value) {
	return {
		unlimited: t().common.unlimited,
		none: t().common.none
	}[value] ?? value.replace(/(\d)([KMGTP]i?B|B)\b/g, "$1\xA0$2");
}
/** A limit on a rate, 0 for none. */
function limit(perSecond) {
	return perSecond > 0 ? rate(perSecond) : t().common.unlimited;
}
function percent(share, digits = 0) {
	return numberFormat({
		style: "percent",
		maximumFractionDigits: digits
	}).format(share);
}
/** A time span in its largest unit. */
function duration(ms) {
	let s = t().common, seconds = Math.round(ms / 1e3);
	if (seconds < 90) return `${seconds} ${s.unitSeconds}`;
	let minutes = Math.round(seconds / 60);
	if (minutes < 90) return `${minutes} ${s.unitMinutes}`;
	let hours = Math.round(minutes / 60);
	return hours < 48 ? `${hours} ${s.unitHours}` : `${Math.round(hours / 24)} ${s.unitDays}`;
}
/** How far a time is from now, in milliseconds since 1970. */
function relative(at, now) {
	let s = t().common;
	if (at === 0) return s.never;
	let away = at - now;
	return Math.abs(away) < 5e3 ? away > 0 ? s.soon : s.justNow : away < 0 ? s.ago(duration(-away)) : s.inTime(duration(away));
}
function year(seconds) {
	return dateFormat({
		year: "numeric",
		timeZone: "UTC"
	}).format(seconds * 1e3);
}
function month(seconds) {
	return dateFormat({
		month: "short",
		timeZone: "UTC"
	}).format(seconds * 1e3);
}
/** Days from to, the last one included as people say it; seconds since 1970. */
function days$1(from, to) {
	return dateFormat({
		dateStyle: "medium",
		timeZone: "UTC"
	}).formatRange(from * 1e3, Math.max(from, to - 1) * 1e3);
}
/** A day of the clock here, from milliseconds since 1970. */
function date(ms) {
	return dateFormat({ dateStyle: "full" }).format(ms);
}
/** Date and time of the clock here, from milliseconds since 1970. */
function dateTime(ms) {
	return dateFormat({
		dateStyle: "medium",
		timeStyle: "short"
	}).format(ms);
}
/** A day of the week and a time, of the clock here or of a zone, from milliseconds since 1970. */
function weekdayTime(ms, timeZone) {
	return dateFormat({
		weekday: "short",
		hour: "2-digit",
		minute: "2-digit",
		...timeZone === void 0 ? {} : { timeZone }
	}).format(ms);
}
function time(ms) {
	return dateFormat({ timeStyle: "medium" }).format(ms);
}
/** Text of the node, in which long ids and hashes are shortened as [short] does. */
function shortIds(text) {
	return text.replace(/\b(0x)?[0-9a-f]{20,}\b/g, short);
}
/** The beginning of an id, enough to tell it from others. */
function short(id) {
	return id.length > 14 ? `${id.slice(0, 10)}…` : id;
}
// src/router.ts
var plain = [
	"limits",
	"activity",
	"settings",
	"about",
	"welcome",
	"login"
];
/** The text of a part of an address; as it stands there when no text can be made of it, as of "%". */
function decode(part) {
	try {
		return decodeURIComponent(part);
	} catch {
		return part;
	}
}
function parse(hash) {
	let [first = "", second = ""] = hash.replace(/^#\/?/, "").split("/");
	if (first === "community" && second !== "") return {
		view: "community",
		id: decode(second)
	};
	if (first === "limits" && second !== "") return {
		view: "limits",
		of: decode(second)
	};
	let view = plain.find((p) => p === first);
	return view ? { view } : { view: "communities" };
}
function hrefOf(route) {
	switch (route.view) {
		case "communities": return "#/";
		case "community": return "#/community/" + encodeURIComponent(route.id);
		case "limits": return "#/limits" + (route.of === void 0 ? "" : "/" + encodeURIComponent(route.of));
		default: return "#/" + route.view;
	}
}
/** Where the address leads, which `route` follows a moment later. */
var addressed = () => parse(location.hash), route = y$1(addressed());
window.addEventListener("hashchange", () => {
	let next = addressed();
	hrefOf(next) !== hrefOf(route.value) && (route.value = next);
});
function navigate(to) {
	location.hash = hrefOf(to);
}
/**
* Takes the token out of a link such as http://127.0.0.1:26883/#token=..., so that it
* stays neither in the address nor in the history.
*/
function takeToken() {
	let given = /^#\/?token=([^&]+)/.exec(location.hash);
	return given?.[1] ? (history.replaceState(null, "", location.pathname + "#/"), route.value = { view: "communities" }, decode(given[1])) : "";
}
/** Most events kept here; the server has more. */
var EVENTS = 500, SETTLE = 700, AGAIN$3 = 3e4, status = y$1(null), trouble = y$1(null), live = y$1(null), operations = y$1([]), events = y$1([]), eventsRead = y$1("reading"), now = y$1(Date.now()), revisions = y$1({}), CONNECTION = "connection", OPERATIONS = "operations", sparks = y$1({});
/** A community as it stands at this second. */
function withLive(c, frame) {
	let l = frame?.communities.find((x) => x.id === c.id);
	if (!l || !c.limits) return c;
	let { limits } = c;
	return {
		...c,
		limits: {
			...limits,
			peers: l.peers,
			up: {
				...limits.up,
				rate: l.up
			},
			down: {
				...limits.down,
				rate: l.down
			},
			storage: {
				...limits.storage,
				used: l.used,
				reserved: l.reserved
			}
		}
	};
}
/** The communities, by name. */
var communities = O(() => (status.value?.communities ?? []).map((c) => withLive(c, live.value)).sort((a, b) => nameOf(a).localeCompare(nameOf(b)) || a.id.localeCompare(b.id)));
/** What people call a community: its name, or the beginning of its id. */
function nameOf(c) {
	return c.name === "" ? c.id.slice(0, 10) + "…" : isolated(c.name);
}
function communityName(id) {
	let c = status.value?.communities.find((x) => x.id === id);
	return c ? nameOf(c) : (id ?? "").slice(0, 10);
}
var settling, lastRead = 0, reading, stale = !1;
/** Reads everything anew, soon; many calls are one. */
function refresh() {
	settling ??= setTimeout(() => {
		settling = void 0, readAll();
	}, SETTLE);
}
/** Reads everything anew, now. What is asked for meanwhile is answered by one more reading, which all wait for. */
function readAll() {
	return stale = !0, reading ??= readWhileStale().finally(() => reading = void 0), reading;
}
async function readWhileStale() {
	for (; stale;) stale = !1, await readOnce();
}
async function readOnce() {
	lastRead = Date.now();
	try {
		let [newStatus, open] = await Promise.all([api.status(), api.operations(!0)]);
		if (session.value !== "in") return;
		r(() => {
			status.value = newStatus, operations.value = open, trouble.value = null;
		});
	} catch (thrown) {
		trouble.value = problemOf(thrown);
	}
}
function changed(community) {
	let key = community ?? "";
	revisions.value = {
		...revisions.value,
		[key]: (revisions.value[key] ?? 0) + 1
	};
}
var push = (list, value) => [...list ?? [], value].slice(-120), POINT = 10;
/** Fills the rates of the last two minutes with what the node remembers, before there are any of its own. */
async function seedSpark(id, signal) {
	let { up, down } = await api.rates(id === "" ? void 0 : id, "1h", signal), old = sparks.value[id], fill = (points, own) => [...points.slice(-120 / POINT).flatMap((p) => Array(POINT).fill(p ?? 0)), ...own ?? []].slice(-120);
	(old?.up.length ?? 0) < 120 && (sparks.value = {
		...sparks.value,
		[id]: {
			up: fill(up, old?.up),
			down: fill(down, old?.down)
		}
	});
}
function takeLive(frame) {
	r(() => {
		live.value = frame, now.value = Date.now();
		let next = {};
		for (let c of [{
			id: "",
			up: frame.node.up,
			down: frame.node.down
		}, ...frame.communities]) {
			let old = sparks.value[c.id];
			next[c.id] = {
				up: push(old?.up, c.up),
				down: push(old?.down, c.down)
			};
		}
		sparks.value = next;
		let moved = new Map(frame.operations.map((o) => [o.id, o]));
		moved.size > 0 && (operations.value = operations.value.map((o) => ({
			...o,
			...moved.get(o.id)
		})));
	});
}
var opened = !1, follower = new Follower({
	activity(event) {
		r(() => {
			events.value = [event, ...events.value.filter((e) => e.id !== event.id)].slice(0, EVENTS), changed(event.community), event.kind === "operation" && changed(OPERATIONS);
		}), refresh();
	},
	live: takeLive,
	reset() {
		r(() => {
			events.value = [], eventsRead.value = "reading";
		}), readEvents(), refresh();
	},
	opened() {
		r(() => {
			for (let c of status.value?.communities ?? []) changed(c.id);
			opened && (changed(CONNECTION), changed(OPERATIONS));
		}), opened = !0, readEvents(), refresh();
	}
});
/** Puts the newest events before those that are known; those go that do not follow without a gap. */
function joinEvents(newest, known) {
	let number = (e) => Number(e.id), have = new Set(newest.map(number)), oldest = newest.length < 200 ? 0 : Math.min(...have), follow = known.some((e) => have.has(number(e)));
	return [...newest, ...known.filter((e) => !have.has(number(e)) && (follow || number(e) > oldest))].sort((a, b) => number(b) - number(a)).slice(0, EVENTS);
}
/** Reads the newest events. */
async function readEvents() {
	try {
		let list = await api.activity(200);
		if (session.value !== "in") return;
		r(() => {
			events.value = joinEvents(list, events.value), eventsRead.value = "read";
		});
	} catch (thrown) {
		eventsRead.value = problemOf(thrown);
	}
}
stream.subscribe((state) => {
	state.kind === "lost" && state.reason !== "" && session.value === "in" && refresh();
});
var started = !1;
/** Begins to follow the node; called once somebody is logged in. */
function follow$1() {
	started || (started = !0, setInterval(() => {
		now.value = Date.now(), session.value === "in" && Date.now() - lastRead > AGAIN$3 && readAll();
	}, 1e3)), readAll(), readEvents(), follower.start();
}
/** Asks who is logged in until the node answers, then follows it. */
async function start() {
	try {
		await refreshSession(), trouble.value = null;
	} catch (thrown) {
		trouble.value = problemOf(thrown), setTimeout(() => void start(), 2e3);
	}
}
session.subscribe((state) => {
	state === "in" ? follow$1() : state === "out" && (follower.stop(), r(() => {
		status.value = null, live.value = null, events.value = [], eventsRead.value = "reading", operations.value = [], sparks.value = {}, trouble.value = null;
	}));
});
// src/backups.ts
/**
* Keys that were shown in this browser and that nobody has said to have a copy of. The node
* knows which keys it gave away (backed_up_at), and not whether somebody kept them.
*/
var KEY = "seeder-keys-shown";
function read() {
	try {
		let list = JSON.parse(localStorage.getItem(KEY) ?? "[]");
		return Array.isArray(list) ? list.map(String) : [];
	} catch {
		return [];
	}
}
var shown$1 = y$1(read());
function keep(list) {
	shown$1.value = list;
	try {
		localStorage.setItem(KEY, JSON.stringify(list));
	} catch {}
}
/** Remembers that somebody sees the key of a community, and has yet to say that there is a copy. */
function keyShown(id) {
	keep([...shown$1.value.filter((x) => x !== id), id]);
}
/** Somebody says that there is a copy. */
function keyKept(id) {
	keep(shown$1.value.filter((x) => x !== id)), refresh();
}
/** Own communities whose key still needs a copy. */
var unkept = O(() => communities.value.filter((c) => c.role === "owner" && (!c.backed_up_at || shown$1.value.includes(c.id)))), LATER = 6e4;
/** Lets the browser save something as a file. */
function download(what, name) {
	let url = URL.createObjectURL(what), link = document.createElement("a");
	link.href = url, link.download = name, link.click(), setTimeout(() => URL.revokeObjectURL(url), LATER);
}
// src/clipboard.ts
/** Puts text on the clipboard, and reports whether it is there. */
async function toClipboard(text) {
	try {
		return await navigator.clipboard.writeText(text), !0;
	} catch {
		let area = document.createElement("textarea"), before = document.activeElement;
		area.value = text, (before?.closest("dialog") ?? document.body).append(area), area.select();
		let done = document.execCommand("copy");
		return area.remove(), before instanceof HTMLElement && before.focus(), done;
	}
}
// src/components/toast.tsx
var toasts = y$1([]), last = 0, STAY = 5e3;
function add(toast) {
	let id = ++last;
	toasts.value = [...toasts.value.filter((x) => x.text !== toast.text && (!x.about || x.about !== toast.about)), {
		...toast,
		id
	}].slice(-4), toast.kind === "good" && setTimeout(() => dismiss(id), STAY);
}
function dismiss(id) {
	toasts.value = toasts.value.filter((x) => x.id !== id);
}
/** Says that something was done. */
function tell(text, about) {
	add({
		kind: "good",
		text,
		about
	});
}
/** Says that what was begun has failed, and why. */
function tellFailure(text, hint, about) {
	add({
		kind: "bad",
		text,
		hint,
		about
	});
}
/** Says what went wrong and what to do about it. */
function fail(problem) {
	let s = t().trouble;
	if (problem.code === "unreachable") {
		add({
			kind: "bad",
			text: s.unreachable,
			hint: s.unreachableHint
		});
		return;
	}
	let fields = Object.values(problem.fields).filter((m) => !problem.message.includes(m));
	add({
		kind: "bad",
		text: [problem.message, ...fields].join("; "),
		hint: problem.hint
	});
}
function Toasts() {
	return /* @__PURE__ */ a("div", {
		class: "toasts",
		role: "region",
		"aria-live": "polite",
		"aria-label": t().trouble.news,
		children: toasts.value.map((x) => /* @__PURE__ */ a("div", {
			class: `toast ${x.kind}`,
			role: x.kind === "bad" ? "alert" : void 0,
			children: [
				/* @__PURE__ */ a(Icon, { name: x.kind === "bad" ? "alert" : "check" }),
				/* @__PURE__ */ a("div", {
					class: "grow",
					children: [/* @__PURE__ */ a("p", { children: x.text }), x.hint && /* @__PURE__ */ a("p", {
						class: "small quiet",
						children: x.hint
					})]
				}),
				/* @__PURE__ */ a(Button, {
					icon: "close",
					kind: "quiet",
					small: !0,
					label: t().common.dismiss,
					onClick: () => dismiss(x.id)
				})
			]
		}, x.id))
	});
}
// src/components/copy.tsx
/** A button that puts text on the clipboard. */
function Copy({ text, label, shown }) {
	let [done, setDone] = d$2(!1), s = t().common, copy = async () => {
		await toClipboard(text) ? (setDone(!0), setTimeout(() => setDone(!1), 2e3)) : fail(new Problem(0, "refused", s.notCopied));
	}, name = done ? s.copied : label ?? s.copy;
	return shown ? /* @__PURE__ */ a(Button, {
		icon: done ? "check" : "copy",
		small: !0,
		onClick: copy,
		children: name
	}) : /* @__PURE__ */ a(Button, {
		icon: done ? "check" : "copy",
		kind: "quiet",
		small: !0,
		label: name,
		onClick: copy
	});
}
// src/components/dialog.tsx
/** A modal dialog. The element of the browser keeps the focus inside, and it goes back afterwards. */
function Dialog({ title, open, onClose, children, actions, wide }) {
	let ref = T(null), id = P(), gone = T(!1), outside = T(!1);
	return A$1(() => {
		let dialog = ref.current;
		if (!open || !dialog) return;
		gone.current = !1;
		let before = document.activeElement;
		return dialog.showModal(), () => {
			gone.current = !0, dialog.close(), document.activeElement === document.body && before instanceof HTMLElement && before.focus();
		};
	}, [open]), open ? /* @__PURE__ */ a("dialog", {
		ref,
		class: wide ? "dialog wide" : "dialog",
		"aria-labelledby": id,
		onClose: () => !gone.current && onClose(),
		onCancel: onClose,
		onPointerDown: (e) => outside.current = e.target === ref.current,
		onClick: (e) => outside.current && e.target === ref.current && onClose(),
		children: /* @__PURE__ */ a("div", {
			class: "dialog-box",
			children: [
				/* @__PURE__ */ a("header", {
					class: "dialog-head",
					children: [/* @__PURE__ */ a("h2", {
						id,
						children: title
					}), /* @__PURE__ */ a(Button, {
						icon: "close",
						kind: "quiet",
						label: t().common.close,
						onClick: onClose
					})]
				}),
				/* @__PURE__ */ a("div", {
					class: "dialog-body",
					children
				}),
				actions && /* @__PURE__ */ a("footer", {
					class: "dialog-actions",
					children: actions
				})
			]
		})
	}) : null;
}
// src/components/empty.tsx
/** Stands where there is nothing yet, and says what to do. */
function Empty({ icon, title, children, actions }) {
	return /* @__PURE__ */ a("div", {
		class: "empty",
		children: [
			/* @__PURE__ */ a("span", {
				class: "empty-icon",
				children: /* @__PURE__ */ a(Icon, {
					name: icon,
					size: 22
				})
			}),
			/* @__PURE__ */ a("h2", { children: title }),
			children && /* @__PURE__ */ a("div", {
				class: "empty-text",
				children
			}),
			actions && /* @__PURE__ */ a("div", {
				class: "row",
				children: actions
			})
		]
	});
}
/** Stands where something is being read, and says what. */
function Loading({ what }) {
	return /* @__PURE__ */ a("p", {
		class: "loading",
		role: "status",
		children: [/* @__PURE__ */ a("span", {
			class: "loading-bar",
			"aria-hidden": "true"
		}), what]
	});
}
/** Stands where something could not be read or, with a title that says so, done. */
function Trouble({ problem, title, onRetry }) {
	let s = t(), away = problem.code === "unreachable", hint = away ? s.trouble.unreachableHint : problem.hint;
	return /* @__PURE__ */ a("div", {
		class: "notice bad",
		role: "alert",
		children: [
			/* @__PURE__ */ a(Icon, { name: "alert" }),
			/* @__PURE__ */ a("div", {
				class: "grow",
				children: [
					/* @__PURE__ */ a("p", {
						class: "strong",
						children: away ? s.trouble.unreachable : title ?? s.trouble.title
					}),
					!away && /* @__PURE__ */ a("p", { children: problem.message }),
					hint && /* @__PURE__ */ a("p", {
						class: "small quiet",
						children: hint
					})
				]
			}),
			onRetry && /* @__PURE__ */ a(Button, {
				small: !0,
				onClick: onRetry,
				children: s.common.retry
			})
		]
	});
}
/** A remark beside what it is about. */
function Notice({ kind = "plain", icon = "about", children }) {
	return /* @__PURE__ */ a("div", {
		class: `notice ${kind}`,
		children: [/* @__PURE__ */ a(Icon, { name: icon }), /* @__PURE__ */ a("div", {
			class: "grow",
			children
		})]
	});
}
// src/components/field.tsx
/** Milliseconds without a key before a value is checked. */
var PAUSE = 250;
function useVerdict(value, check) {
	let [verdict, setVerdict] = d$2(), first = T(value), ask = T(check);
	ask.current = check;
	let checks = check !== void 0;
	return A$1(() => {
		if (!checks || value === first.current) {
			setVerdict(void 0);
			return;
		}
		let abort = new AbortController(), timer = setTimeout(() => {
			ask.current?.(value, abort.signal).then((v) => !abort.signal.aborted && setVerdict(v), () => void 0);
		}, PAUSE);
		return () => {
			clearTimeout(timer), abort.abort();
		};
	}, [value, checks]), verdict;
}
function Field(props) {
	let { label, value, onInput, hint, error, type = "text", multiline, after } = props, id = P(), verdict = useVerdict(value, props.check), input = T(null), focus = props.autoFocus;
	A$1(() => {
		focus && input.current?.focus();
	}, [focus]);
	let wrong = error ?? (verdict && !verdict.ok ? verdict.message : void 0), bad = wrong !== void 0, shared = {
		id,
		ref: input,
		value,
		placeholder: props.placeholder,
		maxLength: props.maxLength,
		disabled: props.disabled,
		spellcheck: !1,
		autocomplete: props.autocomplete ?? "off",
		class: props.mono ? "input mono" : "input",
		"aria-invalid": bad || void 0,
		"aria-describedby": `${id}-hint ${id}-verdict`,
		onInput: (e) => onInput(e.currentTarget.value)
	};
	return /* @__PURE__ */ a("div", {
		class: "field",
		children: [
			/* @__PURE__ */ a("label", {
				for: id,
				children: label
			}),
			/* @__PURE__ */ a("div", {
				class: "field-line",
				children: [multiline ? /* @__PURE__ */ a("textarea", {
					rows: 3,
					...shared
				}) : /* @__PURE__ */ a("input", {
					...shared,
					type
				}), after]
			}),
			/* @__PURE__ */ a("p", {
				id: `${id}-verdict`,
				class: bad ? "verdict bad" : "verdict good",
				"aria-live": "polite",
				children: bad ? /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a(Icon, {
					name: "alert",
					size: 14
				}), /* @__PURE__ */ a("span", { children: wrong })] }) : verdict?.message && /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a(Icon, {
					name: "check",
					size: 14
				}), /* @__PURE__ */ a("span", { children: verdict.message })] })
			}),
			/* @__PURE__ */ a("p", {
				id: `${id}-hint`,
				class: "hint",
				children: hint
			})
		]
	});
}
/** A choice of a few, as a list that opens. */
function Select({ label, value, options, onChange, hint }) {
	let id = P(), [wanted, setWanted] = d$2(), change = async (next) => {
		setWanted(next);
		try {
			await onChange(next);
		} catch (thrown) {
			fail(problemOf(thrown));
		} finally {
			setWanted(void 0);
		}
	};
	return /* @__PURE__ */ a("div", {
		class: "field",
		children: [
			/* @__PURE__ */ a("label", {
				for: id,
				children: label
			}),
			/* @__PURE__ */ a("select", {
				id,
				class: "input",
				value: wanted ?? value,
				"aria-describedby": `${id}-hint`,
				onChange: (e) => void change(e.currentTarget.value),
				children: options.map((o) => /* @__PURE__ */ a("option", {
					value: o.value,
					children: o.label
				}, o.value))
			}),
			/* @__PURE__ */ a("p", {
				id: `${id}-hint`,
				class: "hint",
				children: hint
			})
		]
	});
}
/** A choice of a few, all of them visible. */
function Segments({ label, value, options, onChange }) {
	let name = P();
	return /* @__PURE__ */ a("fieldset", {
		class: "segments",
		children: [/* @__PURE__ */ a("legend", {
			class: "hidden",
			children: label
		}), options.map((o) => /* @__PURE__ */ a("label", { children: [/* @__PURE__ */ a("input", {
			type: "radio",
			name,
			value: o.value,
			checked: o.value === value,
			onChange: () => onChange(o.value)
		}), /* @__PURE__ */ a("span", { children: o.label })] }, o.value))]
	});
}
// src/components/key-backup.tsx
/** A name for the file that says of which community it is, in characters that every system takes. */
function fileName(b) {
	let name = b.name.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
	return `seeder-key-${name === "" ? "" : name + "-"}${b.community.slice(2, 12)}.txt`;
}
function AskToken({ id, onKey }) {
	let s = t().backup, [token, setToken] = d$2(""), [problem, setProblem] = d$2(), [busy, setBusy] = d$2(!1), submit = async () => {
		setBusy(!0);
		try {
			onKey(await api.keyBackup(id, token.trim()));
		} catch (thrown) {
			setProblem(problemOf(thrown));
		} finally {
			setBusy(!1);
		}
	};
	return /* @__PURE__ */ a("form", {
		class: "stack",
		onSubmit: (e) => {
			e.preventDefault(), busy || submit();
		},
		children: [
			/* @__PURE__ */ a("p", {
				class: "quiet",
				children: s.askToken
			}),
			/* @__PURE__ */ a(Field, {
				label: s.token,
				type: "password",
				value: token,
				onInput: (v) => {
					setToken(v), setProblem(void 0);
				},
				error: problem?.message,
				hint: s.tokenHint,
				mono: !0
			}),
			/* @__PURE__ */ a("div", {
				class: "row",
				children: /* @__PURE__ */ a(Button, {
					type: "submit",
					kind: "primary",
					icon: "key",
					disabled: token.trim() === "",
					children: busy ? s.showing : s.show
				})
			})
		]
	});
}
function ShownKey({ backup }) {
	let s = t().backup;
	return /* @__PURE__ */ a("div", {
		class: "stack",
		children: [
			/* @__PURE__ */ a("h3", { children: s.key }),
			/* @__PURE__ */ a("p", {
				class: "secret",
				children: /* @__PURE__ */ a("code", { children: backup.private })
			}),
			/* @__PURE__ */ a("div", {
				class: "row",
				children: [/* @__PURE__ */ a(Button, {
					icon: "down",
					kind: "primary",
					onClick: () => download(new Blob([backup.private + "\n"], { type: "text/plain" }), fileName(backup)),
					children: s.download
				}), /* @__PURE__ */ a(Copy, {
					text: backup.private,
					label: s.copyKey,
					shown: !0
				})]
			}),
			/* @__PURE__ */ a("p", {
				class: "small quiet",
				children: s.restore
			})
		]
	});
}
/** Shows the key of an own community and asks that a copy is kept. */
function KeyBackup({ id, onDone, onLater }) {
	let s = t().backup, [backup, setBackup] = d$2(), [kept, setKept] = d$2(!1);
	return /* @__PURE__ */ a("div", {
		class: "backup stack",
		children: [
			/* @__PURE__ */ a(Notice, {
				kind: "warn",
				icon: "key",
				children: [/* @__PURE__ */ a("p", { children: s.why }), /* @__PURE__ */ a("p", { children: s.where })]
			}),
			backup ? /* @__PURE__ */ a(ShownKey, { backup }) : /* @__PURE__ */ a(AskToken, {
				id,
				onKey: (key) => {
					keyShown(id), setBackup(key);
				}
			}),
			backup && /* @__PURE__ */ a("label", {
				class: "confirm",
				children: [/* @__PURE__ */ a("input", {
					type: "checkbox",
					checked: kept,
					onChange: (e) => setKept(e.currentTarget.checked)
				}), /* @__PURE__ */ a("span", { children: s.confirm })]
			}),
			/* @__PURE__ */ a("div", {
				class: "row",
				children: [backup && /* @__PURE__ */ a(Button, {
					kind: "primary",
					icon: "check",
					disabled: !kept,
					onClick: () => {
						keyKept(id), onDone();
					},
					children: s.done
				}), onLater && /* @__PURE__ */ a(Button, {
					kind: "quiet",
					onClick: onLater,
					children: s.later
				})]
			})
		]
	});
}
/** The same in a dialog, for an owner who comes back to it. */
function KeyBackupDialog({ id, open, onClose }) {
	return /* @__PURE__ */ a(Dialog, {
		title: t().backup.title,
		open,
		onClose,
		wide: !0,
		children: /* @__PURE__ */ a(KeyBackup, {
			id,
			onDone: onClose
		})
	});
}
/** Stands above every view until the keys of all own communities have a copy. */
function BackupReminder() {
	let s = t().backup, list = unkept.value, [open, setOpen] = d$2(), first = list[0];
	return first ? /* @__PURE__ */ a("div", {
		class: "banner warn",
		role: "region",
		"aria-label": s.title,
		children: [
			/* @__PURE__ */ a(Icon, { name: "key" }),
			/* @__PURE__ */ a("p", {
				class: "grow",
				children: s.reminder(list.map(nameOf).join(", "))
			}),
			/* @__PURE__ */ a(Button, {
				small: !0,
				onClick: () => setOpen(first.id),
				children: s.remind
			}),
			open && /* @__PURE__ */ a(KeyBackupDialog, {
				id: open,
				open: !0,
				onClose: () => setOpen(void 0)
			})
		]
	}) : null;
}
// src/components/shell.tsx
var entries$1 = [
	{
		view: "communities",
		icon: "communities"
	},
	{
		view: "limits",
		icon: "limits"
	},
	{
		view: "activity",
		icon: "activity"
	},
	{
		view: "settings",
		icon: "settings"
	},
	{
		view: "about",
		icon: "about"
	}
];
function Nav({ onChosen }) {
	let s = t().nav, at = route.value.view;
	return /* @__PURE__ */ a("nav", {
		"aria-label": s.label,
		id: "nav",
		children: /* @__PURE__ */ a("ul", { children: entries$1.map(({ view, icon }) => {
			let here = at === view || view === "communities" && at === "community";
			return /* @__PURE__ */ a("li", { children: /* @__PURE__ */ a("a", {
				class: "nav-link",
				href: hrefOf({ view }),
				"aria-current": here ? "page" : void 0,
				onClick: onChosen,
				children: [/* @__PURE__ */ a(Icon, { name: icon }), /* @__PURE__ */ a("span", { children: s[view] })]
			}) }, view);
		}) })
	});
}
/** What the whole node transfers now. */
function NodeRates() {
	let frame = live.value, s = t().common;
	return frame ? /* @__PURE__ */ a("p", {
		class: "node-rates",
		children: [/* @__PURE__ */ a("span", {
			class: "rate up",
			children: [
				/* @__PURE__ */ a(Icon, {
					name: "up",
					size: 14
				}),
				/* @__PURE__ */ a("span", {
					class: "hidden",
					children: s.up
				}),
				" ",
				rate(frame.node.up)
			]
		}), /* @__PURE__ */ a("span", {
			class: "rate down",
			children: [
				/* @__PURE__ */ a(Icon, {
					name: "down",
					size: 14
				}),
				/* @__PURE__ */ a("span", {
					class: "hidden",
					children: s.down
				}),
				" ",
				rate(frame.node.down)
			]
		})]
	}) : null;
}
/** Says whether what is shown is of now. */
function StreamState() {
	let s = t().stream, state = stream.value;
	return /* @__PURE__ */ a("p", {
		class: `stream-state ${state.kind}`,
		children: [/* @__PURE__ */ a("span", {
			class: "dot",
			"aria-hidden": "true"
		}), /* @__PURE__ */ a("span", {
			role: "status",
			children: state.kind === "lost" ? s.lost(0) : s[state.kind]
		})]
	});
}
/** Shown above every view while what stands there is not of now. */
function StaleBanner() {
	let state = stream.value, s = t().stream, said = trouble.value && trouble.value.status > 0 && status.value;
	if (state.kind === "lost" && !said) {
		if (now.value - state.since < 2e3) return null;
		let seconds = Math.max(0, Math.ceil((state.retryAt - now.value) / 1e3));
		return /* @__PURE__ */ a("div", {
			class: "banner",
			role: "alert",
			children: [
				/* @__PURE__ */ a(Icon, { name: "offline" }),
				/* @__PURE__ */ a("p", {
					class: "grow",
					children: [
						state.reason === "" ? s.lostLong : s.refused(state.reason),
						" ",
						/* @__PURE__ */ a("span", {
							"aria-hidden": "true",
							children: s.lost(seconds)
						})
					]
				}),
				/* @__PURE__ */ a(Button, {
					small: !0,
					onClick: () => follower.retry(),
					children: s.retry
				})
			]
		});
	}
	return !trouble.value || !status.value ? null : /* @__PURE__ */ a("div", {
		class: "banner",
		role: "alert",
		children: [
			/* @__PURE__ */ a(Icon, { name: "alert" }),
			/* @__PURE__ */ a("p", {
				class: "grow",
				children: [
					s.stale((trouble.value.message || t().trouble.unreachable).replace(/\.$/, "")),
					" ",
					trouble.value.hint && /* @__PURE__ */ a("span", {
						class: "quiet",
						children: trouble.value.hint
					})
				]
			}),
			/* @__PURE__ */ a(Button, {
				small: !0,
				onClick: tryNow,
				children: s.retry
			})
		]
	});
}
async function tryNow() {
	follower.retry(), await readAll();
}
function Shell({ children }) {
	let s = t(), [open, setOpen] = d$2(!1);
	return A$1(() => {
		if (!open) return;
		let escape = (e) => e.key === "Escape" && setOpen(!1);
		return document.addEventListener("keydown", escape), () => document.removeEventListener("keydown", escape);
	}, [open]), /* @__PURE__ */ a("div", {
		class: open ? "shell nav-open" : "shell",
		children: [
			/* @__PURE__ */ a("a", {
				class: "skip",
				href: "#main",
				onClick: (e) => {
					e.preventDefault(), document.querySelector("main h1")?.focus();
				},
				children: s.nav.skip
			}),
			/* @__PURE__ */ a("header", {
				class: "side",
				children: [
					/* @__PURE__ */ a("div", {
						class: "side-top",
						children: [/* @__PURE__ */ a("a", {
							class: "brand",
							href: "#/",
							children: [/* @__PURE__ */ a("img", {
								src: "./icon.svg",
								width: "24",
								height: "24",
								alt: ""
							}), /* @__PURE__ */ a("span", { children: s.product })]
						}), /* @__PURE__ */ a("span", {
							class: "menu-button",
							children: /* @__PURE__ */ a(Button, {
								icon: open ? "close" : "menu",
								kind: "quiet",
								label: open ? s.nav.close : s.nav.menu,
								"aria-expanded": open,
								"aria-controls": "nav",
								onClick: () => setOpen(!open)
							})
						})]
					}),
					/* @__PURE__ */ a(Nav, { onChosen: () => setOpen(!1) }),
					/* @__PURE__ */ a("div", {
						class: "side-foot",
						children: [/* @__PURE__ */ a(NodeRates, {}), /* @__PURE__ */ a(StreamState, {})]
					})
				]
			}),
			/* @__PURE__ */ a("main", {
				id: "main",
				class: "main",
				children: [
					/* @__PURE__ */ a(StaleBanner, {}),
					/* @__PURE__ */ a(BackupReminder, {}),
					children
				]
			})
		]
	});
}
// src/components/page.tsx
/** A view: its heading, what can be done there, and its content. */
function Page({ title, lead, before, actions, children }) {
	let product = t().product;
	return A$1(() => {
		document.title = title === product ? product : `${title} · ${product}`;
	}, [title, product]), /* @__PURE__ */ a("div", {
		class: "page",
		children: [
			before,
			/* @__PURE__ */ a("header", {
				class: "page-head",
				children: [/* @__PURE__ */ a("div", {
					class: "grow",
					children: [/* @__PURE__ */ a("h1", {
						tabIndex: -1,
						children: title
					}), lead && /* @__PURE__ */ a("div", {
						class: "lead",
						children: lead
					})]
				}), actions && /* @__PURE__ */ a("div", {
					class: "page-actions",
					children: actions
				})]
			}),
			children
		]
	});
}
/** A part of a view on a surface of its own. */
function Section({ title, aside, children, class: more }) {
	let id = P();
	return /* @__PURE__ */ a("section", {
		class: `section${more ? " " + more : ""}`,
		"aria-labelledby": id,
		children: [/* @__PURE__ */ a("header", {
			class: "section-head",
			children: [/* @__PURE__ */ a("h2", {
				id,
				children: title
			}), aside && /* @__PURE__ */ a("div", {
				class: "section-aside",
				children: aside
			})]
		}), children]
	});
}
/** Pairs of a word and a value. */
function Facts({ items }) {
	return /* @__PURE__ */ a("dl", {
		class: "facts",
		children: items.map((i) => /* @__PURE__ */ a("div", { children: [/* @__PURE__ */ a("dt", { children: i.name }), /* @__PURE__ */ a("dd", { children: [i.value, i.note && /* @__PURE__ */ a("span", {
			class: "fact-note",
			children: i.note
		})] })] }, i.name))
	});
}
// src/components/badge.tsx
/** A state in a word or two, with a symbol. */
function Badge({ tone = "plain", icon, children }) {
	return /* @__PURE__ */ a("span", {
		class: `badge ${tone}`,
		children: [icon && /* @__PURE__ */ a(Icon, {
			name: icon,
			size: 13
		}), /* @__PURE__ */ a("span", { children })]
	});
}
// src/views/about.tsx
function Addresses({ list }) {
	let s = t().about;
	return !list || list.length === 0 ? /* @__PURE__ */ a("span", {
		class: "faint",
		children: s.noAddresses
	}) : /* @__PURE__ */ a("ul", {
		class: "addresses",
		children: list.map((a$8) => /* @__PURE__ */ a("li", { children: [/* @__PURE__ */ a("code", { children: a$8 }), /* @__PURE__ */ a(Copy, {
			text: a$8,
			label: s.copyAddress
		})] }, a$8))
	});
}
function Program() {
	let s = t().about, st = status.value;
	return /* @__PURE__ */ a(Section, {
		title: t().product,
		children: [
			/* @__PURE__ */ a("p", {
				class: "quiet",
				children: s.purpose
			}),
			!st && /* @__PURE__ */ a(Loading, { what: t().trouble.loading }),
			st && /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a(Facts, { items: [
				{
					name: s.version,
					value: st.version ?? t().common.unknown
				},
				{
					name: s.process,
					value: st.pid ?? t().common.unknown
				},
				{
					name: s.swarmAddresses,
					value: /* @__PURE__ */ a(Addresses, { list: st.swarm })
				}
			] }), /* @__PURE__ */ a(Facts, { items: [{
				name: s.wakuAddresses,
				value: /* @__PURE__ */ a(Addresses, { list: st.waku })
			}] })] })
		]
	});
}
var looks$1 = {
	ok: {
		tone: "good",
		icon: "check"
	},
	unknown: {
		tone: "plain",
		icon: "about"
	},
	warn: {
		tone: "warn",
		icon: "alert"
	},
	fail: {
		tone: "bad",
		icon: "alert"
	}
};
function Report({ report }) {
	let s = t().about;
	return /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a("p", {
		role: "status",
		children: [
			/* @__PURE__ */ a(Badge, {
				tone: looks$1[report.state].tone,
				icon: looks$1[report.state].icon,
				children: s.doctorSummary[report.state]
			}),
			" ",
			/* @__PURE__ */ a("span", {
				class: "small faint",
				children: s.doctorAt(relative(Math.min(report.at, now.value), now.value))
			})
		]
	}), /* @__PURE__ */ a("ul", {
		class: "checks",
		children: report.checks.map((c) => /* @__PURE__ */ a("li", {
			class: `check ${c.state}`,
			children: [
				/* @__PURE__ */ a("h3", { children: s.checks[c.name] ?? c.name }),
				/* @__PURE__ */ a(Badge, {
					tone: looks$1[c.state].tone,
					icon: looks$1[c.state].icon,
					children: s.doctorStates[c.state]
				}),
				/* @__PURE__ */ a("p", {
					class: "grow",
					children: [c.seen, c.advice && /* @__PURE__ */ a("span", {
						class: "advice quiet",
						children: c.advice
					})]
				})
			]
		}, c.name))
	})] });
}
function Doctor() {
	let s = t().about, [report, setReport] = d$2(), [problem, setProblem] = d$2(), [looking, setLooking] = d$2(!1), look = async () => {
		setLooking(!0);
		try {
			setReport(await api.doctor()), setProblem(void 0);
		} catch (thrown) {
			setProblem(problemOf(thrown));
		} finally {
			setLooking(!1);
		}
	};
	return /* @__PURE__ */ a(Section, {
		title: s.doctor,
		aside: /* @__PURE__ */ a(Button, {
			icon: "shield",
			onClick: look,
			children: report ? s.doctorAgain : s.doctorRun
		}),
		children: /* @__PURE__ */ a("div", {
			class: "stack",
			children: [
				!report && /* @__PURE__ */ a("p", {
					class: "quiet",
					children: s.doctorHint
				}),
				looking && /* @__PURE__ */ a(Loading, { what: s.doctorRunning }),
				problem && /* @__PURE__ */ a(Trouble, {
					problem,
					onRetry: look
				}),
				report && !looking && /* @__PURE__ */ a(Report, { report })
			]
		})
	});
}
function Diagnostics() {
	let s = t().about;
	return /* @__PURE__ */ a(Section, {
		title: s.diagnostics,
		children: /* @__PURE__ */ a("div", {
			class: "stack",
			children: [/* @__PURE__ */ a("p", {
				class: "quiet",
				children: s.diagnosticsHint
			}), /* @__PURE__ */ a("div", {
				class: "row",
				children: /* @__PURE__ */ a(Button, {
					icon: "down",
					onClick: async () => {
						try {
							download(await diagnostics(), "seeder-diagnostics.zip");
						} catch (thrown) {
							fail(problemOf(thrown));
						}
					},
					children: s.diagnosticsGet
				})
			})]
		})
	});
}
function Documentation() {
	let s = t().about;
	return /* @__PURE__ */ a(Section, {
		title: s.docs,
		children: /* @__PURE__ */ a("div", {
			class: "stack",
			children: [
				/* @__PURE__ */ a("p", {
					class: "quiet",
					children: s.docsHint
				}),
				/* @__PURE__ */ a("dl", {
					class: "commands",
					children: s.docsCommands.map((c) => /* @__PURE__ */ a("div", { children: [/* @__PURE__ */ a("dt", { children: /* @__PURE__ */ a("code", { children: c.command }) }), /* @__PURE__ */ a("dd", { children: c.what })] }, c.command))
				}),
				/* @__PURE__ */ a("p", { children: /* @__PURE__ */ a("a", {
					href: "/openapi.json",
					target: "_blank",
					rel: "noreferrer",
					children: s.docsApi
				}) })
			]
		})
	});
}
function Licences() {
	let s = t().about;
	return /* @__PURE__ */ a(Section, {
		title: s.licences,
		children: /* @__PURE__ */ a("div", {
			class: "stack",
			children: [/* @__PURE__ */ a("p", {
				class: "quiet",
				children: s.licencesHint
			}), /* @__PURE__ */ a("p", { children: /* @__PURE__ */ a("a", {
				href: "licences.txt",
				target: "_blank",
				rel: "noreferrer",
				children: s.licencesRead
			}) })]
		})
	});
}
/** What this is, whether it is well, and what helps when it is not. */
function About() {
	return /* @__PURE__ */ a(Page, {
		title: t().nav.about,
		children: [
			/* @__PURE__ */ a(Program, {}),
			/* @__PURE__ */ a(Doctor, {}),
			/* @__PURE__ */ a("div", {
				class: "pair",
				children: [/* @__PURE__ */ a(Diagnostics, {}), /* @__PURE__ */ a(Documentation, {})]
			}),
			/* @__PURE__ */ a(Licences, {})
		]
	});
}
// src/components/event-list.tsx
var NODE = "node", icons$1 = {
	community: "communities",
	archive: "disk",
	announcement: "peers",
	operation: "work",
	work: "alert",
	setting: "settings",
	fork: "shield"
}, none = {
	after: "",
	list: [],
	ended: !1
};
/** Events that were before those of the store, read when somebody asks for them. */
function useOlder() {
	let [read, setRead] = d$2(none), [busy, setBusy] = d$2(!1), [problem, setProblem] = d$2(), known = new Set(events.value.map((e) => e.id)), older = known.has(read.after) ? read : none, all = [...events.value, ...older.list.filter((e) => !known.has(e.id))];
	return {
		all,
		busy,
		ended: older.ended,
		problem,
		more: async () => {
			setBusy(!0), setProblem(void 0);
			let after = older.after || (events.value.at(-1)?.id ?? "");
			try {
				let page = await api.activity(200, all.at(-1)?.id);
				setRead({
					after,
					list: [...older.list, ...page],
					ended: page.length < 200
				});
			} catch (thrown) {
				setProblem(problemOf(thrown));
			} finally {
				setBusy(!1);
			}
		}
	};
}
function dayOf(ms) {
	let s = t().activity, day = date(ms);
	return day === date(now.value) ? s.today : day === date(now.value - 864e5) ? s.yesterday : day;
}
function Item$1({ e }) {
	let s = t().activity;
	return /* @__PURE__ */ a("li", {
		class: `event ${e.kind}`,
		"data-kind": e.kind,
		"data-state": e.state,
		children: [
			/* @__PURE__ */ a("span", {
				class: "event-icon",
				title: s.eventKinds[e.kind] ?? e.kind,
				children: [/* @__PURE__ */ a(Icon, {
					name: e.kind === "work" && e.state !== "waiting" ? "check" : icons$1[e.kind] ?? "about",
					size: 14
				}), /* @__PURE__ */ a("span", {
					class: "hidden",
					children: s.eventKinds[e.kind] ?? e.kind
				})]
			}),
			/* @__PURE__ */ a("time", {
				class: "event-time",
				dateTime: new Date(e.at).toISOString(),
				children: time(e.at)
			}),
			/* @__PURE__ */ a("p", {
				class: "event-text",
				children: [e.community && /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a("a", {
					href: hrefOf({
						view: "community",
						id: e.community
					}),
					children: communityName(e.community)
				}), " "] }), /* @__PURE__ */ a("bdi", {
					title: e.text,
					children: shortIds(e.text)
				})]
			})
		]
	});
}
function Days({ list }) {
	let groups = [];
	for (let e of list) {
		let day = dayOf(e.at), last = groups[groups.length - 1];
		last?.day === day ? last.list.push(e) : groups.push({
			day,
			list: [e]
		});
	}
	return /* @__PURE__ */ a($, { children: groups.map((g) => /* @__PURE__ */ a("div", {
		class: "event-day",
		children: [/* @__PURE__ */ a("h3", { children: g.day }), /* @__PURE__ */ a("ol", { children: g.list.map((e) => /* @__PURE__ */ a(Item$1, { e }, e.id)) })]
	}, g.day)) });
}
function fits(e, f) {
	return (f.community === "" || (f.community === NODE ? !e.community : e.community === f.community)) && (f.kind === "" || e.kind === f.kind);
}
function Filters({ filter, onChange }) {
	let s = t().activity;
	return /* @__PURE__ */ a("div", {
		class: "filters",
		children: [/* @__PURE__ */ a(Select, {
			label: s.community,
			value: filter.community,
			options: [
				{
					value: "",
					label: s.allCommunities
				},
				...communities.value.map((c) => ({
					value: c.id,
					label: nameOf(c)
				})),
				{
					value: NODE,
					label: s.nodeOnly
				}
			],
			onChange: (community) => onChange({
				...filter,
				community
			})
		}), /* @__PURE__ */ a(Select, {
			label: s.kind,
			value: filter.kind,
			options: [{
				value: "",
				label: s.allKinds
			}, ...Object.entries(s.eventKinds).map(([value, label]) => ({
				value,
				label
			}))],
			onChange: (kind) => onChange({
				...filter,
				kind
			})
		})]
	});
}
/** Everything that happened, newest first, as it happens. */
function EventList() {
	let s = t().activity, [filter, setFilter] = d$2({
		community: "",
		kind: ""
	}), { all, busy, ended, problem, more } = useOlder(), list = all.filter((e) => fits(e, filter)), filtered = filter.community !== "" || filter.kind !== "";
	return /* @__PURE__ */ a(Section, {
		title: s.events,
		children: /* @__PURE__ */ a("div", {
			class: "stack",
			children: [
				/* @__PURE__ */ a(Filters, {
					filter,
					onChange: setFilter
				}),
				eventsRead.value === "reading" && all.length === 0 && /* @__PURE__ */ a(Loading, { what: s.loading }),
				eventsRead.value instanceof Problem && /* @__PURE__ */ a(Trouble, {
					problem: eventsRead.value,
					onRetry: readEvents
				}),
				eventsRead.value === "read" && all.length === 0 && /* @__PURE__ */ a(Empty, {
					icon: "activity",
					title: s.empty,
					children: s.emptyHint
				}),
				all.length > 0 && list.length === 0 && /* @__PURE__ */ a(Empty, {
					icon: "activity",
					title: s.emptyFilter,
					actions: filtered && /* @__PURE__ */ a(Button, {
						onClick: () => setFilter({
							community: "",
							kind: ""
						}),
						children: s.clearFilter
					}),
					children: s.emptyFilterHint
				}),
				/* @__PURE__ */ a(Days, { list }),
				problem && /* @__PURE__ */ a(Trouble, {
					problem,
					onRetry: more
				}),
				busy && /* @__PURE__ */ a(Loading, { what: s.loadingOlder }),
				all.length >= 200 && /* @__PURE__ */ a("div", {
					class: "row",
					children: ended ? /* @__PURE__ */ a("p", {
						class: "small faint",
						children: s.noOlder
					}) : /* @__PURE__ */ a(Button, {
						onClick: more,
						children: s.older
					})
				})
			]
		})
	});
}
// src/hooks.ts
/** Milliseconds between two readings of the same, at least, however often it changes. */
var REST = 1e3, Reader = class {
	read;
	tell;
	abort = new AbortController();
	timer;
	busy = !1;
	changed = !1;
	constructor(read, tell) {
		this.read = read, this.tell = tell;
	}
	/** Reads at the latest after a rest; changes until then are one. */
	soon() {
		this.busy || this.timer !== void 0 ? this.changed = !0 : this.now();
	}
	async now() {
		this.busy = !0, this.changed = !1;
		let answer;
		try {
			answer = { data: await this.read(this.abort.signal) };
		} catch (thrown) {
			answer = { problem: problemOf(thrown) };
		}
		this.busy = !1, this.abort.signal.aborted || (this.tell(answer), this.timer = setTimeout(() => {
			this.timer = void 0, this.changed && this.now();
		}, REST));
	}
	stop() {
		clearTimeout(this.timer), this.abort.abort();
	}
};
/**
* Reads something when it is shown, when key changes, and when something changed of the
* community (or of the node for ""); a key of undefined reads nothing.
*/
function useQuery(key, read, community) {
	let [state, setState] = d$2({ key }), latest = T(read);
	latest.current = read;
	let reader = T(void 0), revision = community === void 0 ? 0 : revisions.value[community] ?? 0;
	A$1(() => {
		if (key === void 0) return;
		let made = new Reader((signal) => latest.current(signal), (answer) => setState((s) => "data" in answer ? {
			key,
			...answer
		} : {
			...s.key === key ? s : { key },
			...answer
		}));
		return reader.current = made, made.now(), () => {
			made.stop(), reader.current = void 0;
		};
	}, [key]);
	let seen = T(revision);
	A$1(() => {
		seen.current !== revision && (seen.current = revision, reader.current?.soon());
	}, [revision]);
	let again = b$2(() => reader.current?.soon(), []), mine = state.key === key;
	return {
		data: mine ? state.data : void 0,
		problem: mine ? state.problem : void 0,
		again
	};
}
/** Calls fn every so many milliseconds while the page can be seen; with 0 never. */
function useEvery(ms, fn) {
	A$1(() => {
		if (ms === 0) return;
		let timer = setInterval(() => document.visibilityState === "visible" && fn(), ms);
		return () => clearInterval(timer);
	}, [ms, fn]);
}
/** Whether an element was on the screen once. */
function useSeen(ref) {
	let [seen, setSeen] = d$2(!1);
	return A$1(() => {
		let element = ref.current;
		if (seen || !element) return;
		let observer = new IntersectionObserver((entries) => {
			entries.some((e) => e.isIntersecting) && setSeen(!0);
		}, { rootMargin: "300px" });
		return observer.observe(element), () => observer.disconnect();
	}, [ref, seen]), seen;
}
/** The width of an element in CSS pixels; 0 until it is known. */
function useWidth(ref) {
	let width = useSignal(0);
	return A$1(() => {
		let element = ref.current;
		if (!element) return;
		let observer = new ResizeObserver((entries) => {
			let entry = entries.at(-1);
			entry && (width.value = Math.floor(entry.contentRect.width));
		});
		return observer.observe(element), () => observer.disconnect();
	}, [ref, width]), width;
}
// src/model.ts
/** What follows from the answers of the API, without anything that is shown. */
/** Seconds of the spans in which archives are made. */
var WEEK = 604800, conditions = [
	"quarantined",
	"downloading",
	"missing",
	"beyond",
	"evicted",
	"pending",
	"stored",
	"imported"
], BEYOND = "beyond the storage cap";
function conditionOf(a) {
	return a.state === "listed" ? a.reason?.startsWith(BEYOND) ? "beyond" : "missing" : a.state;
}
/** Whether the file of an archive is here. */
var held = (a) => a.state === "stored" || a.state === "imported";
function settingOf(settings, key) {
	return settings?.find((s) => s.key === key)?.value ?? "";
}
/** The pinned spans as a setting writes them: days with .. between them. */
function pinsOf(limits) {
	return settingOf(limits?.settings, "pins").split(",").map((pair) => pair.trim().split("..")).flatMap(([from = "", to = ""]) => {
		let span = {
			from: Date.parse(from) / 1e3,
			to: to === "" ? Infinity : Date.parse(to) / 1e3
		};
		return Number.isNaN(span.from) || Number.isNaN(span.to) ? [] : [span];
	});
}
var touches = (a, b) => a.from < b.to && b.from < a.to;
/**
* The archive that goes first when there is no room: the oldest that may go. Undefined
* when none may, as with the originals of an owner.
*/
function nextToGo(details) {
	let pins = pinsOf(details.limits);
	if (details.role !== "owner" || settingOf(details.limits?.settings, "evict_originals") === "on") return details.archive_list.filter((a) => held(a) && !pins.some((p) => touches(a, p))).sort((a, b) => a.to - b.to || a.from - b.from)[0];
}
/** Most weeks, those without messages too: a century. A history that reaches further is made up, and only what it has is shown. */
var MOST_WEEKS = 5218, weekOf$1 = (seconds) => Math.floor(seconds / WEEK);
/** The weeks from the first of those given to the last, in order. */
function allFrom(known) {
	let sorted = [...known].sort((a, b) => a - b), first = sorted[0] ?? 0, length = (sorted.at(-1) ?? -1) - first + 1;
	return length > MOST_WEEKS ? sorted : Array.from({ length }, (_, n) => first + n);
}
function emptyWeek$1(index) {
	return {
		from: index * WEEK,
		to: (index + 1) * WEEK,
		archives: [],
		condition: "none",
		amended: !1,
		pinned: !1,
		messages: 0,
		bytes: 0,
		pending: 0,
		late: 0,
		lacking: 0
	};
}
/** The history by weeks, from the first that is known to the last, those without messages too. */
function weeksOf(history, archives, pins) {
	let byIndex = /* @__PURE__ */ new Map(), at = (seconds) => {
		let index = weekOf$1(seconds), week = byIndex.get(index) ?? emptyWeek$1(index);
		return byIndex.set(index, week), week;
	};
	for (let a of archives) {
		let week = at(a.from);
		week.archives.push(a), week.messages += a.messages, week.bytes += a.bytes;
	}
	let unlisted = /* @__PURE__ */ new Set();
	for (let s of history.spans) {
		let week = at(s.span.from);
		week.amended ||= s.amended > 0, week.pending += s.pending, week.late += s.late, week.lacking += s.lacking, s.archived > 0 && week.archives.length === 0 && (week.messages += s.expected, unlisted.add(week));
	}
	return allFrom(byIndex.keys()).map((index) => {
		let week = byIndex.get(index) ?? emptyWeek$1(index), found = new Set(week.archives.map(conditionOf));
		return unlisted.has(week) && found.add("missing"), found.size === 0 && week.pending > 0 && found.add("pending"), week.condition = conditions.find((c) => found.has(c)) ?? "none", week.pinned = pins.some((p) => touches(p, week)), week;
	});
}
/** How many archives are in each condition. */
function tally(weeks) {
	let out = Object.fromEntries(conditions.map((c) => [c, 0])), amended = 0;
	for (let w of weeks) {
		amended += +!!w.amended;
		for (let a of w.archives) out[conditionOf(a)]++;
		w.archives.length === 0 && w.condition !== "none" && out[w.condition]++;
	}
	return {
		...out,
		amended
	};
}
/** Weeks put together into at most `most` parts, each as its most pressing week, and like neighbours into one. */
function stretches(weeks, most) {
	let size = Math.max(1, Math.ceil(weeks.length / most)), out = [];
	for (let i = 0; i < weeks.length; i += size) {
		let part = weeks.slice(i, i + size), condition = conditions.find((c) => part.some((w) => w.condition === c)) ?? "none", before = out.at(-1);
		before?.condition === condition ? before.weeks += part.length : out.push({
			condition,
			weeks: part.length
		});
	}
	return out;
}
/**
* How far a join is, in archives; a total of 0 while they are not known. The operation
* counts between two rounds of fetching only, and the archives all the time.
*/
function joinProgress(join, c) {
	let states = c?.archives ?? {}, known = Object.values(states).reduce((sum, n) => sum + n, 0), total = Math.max(join?.total ?? 0, known), here = Math.max(join?.done ?? 0, (states.imported ?? 0) + (states.stored ?? 0));
	return {
		here: Math.min(here, total),
		total
	};
}
/** Milliseconds for which a failure is news. */
var NEWS = 864e5;
/** The operations that failed lately and were not asked for again since, newest first. */
function failures(list, now) {
	return list.filter((o) => o.state === "failed" && now - o.ended_at < NEWS).filter((o) => !list.some((x) => x.kind === o.kind && x.created_at > o.created_at && covers(x, o))).sort((a, b) => b.ended_at - a.ended_at);
}
/** Whether an operation is for all of the span of another; 0 to 0 is all of the history. */
var covers = (a, b) => a.to === 0 || b.to > 0 && a.from <= b.from && b.to <= a.to;
/** When an owner's next round comes, in milliseconds since 1970; 0 when it is not planned. */
function roundOf(work) {
	return work.find((w) => w.part === "archive")?.next_try ?? 0;
}
var standing = (word, tone, more = {}) => ({
	word,
	tone,
	reason: "",
	count: 0,
	next: 0,
	...more
});
function ofWork({ work, role, archives }) {
	let failing = work.find((w) => w.state === "waiting" && w.attempts >= 3);
	if (failing) return standing("failing", "warn", {
		reason: failing.reason,
		count: failing.attempts,
		next: failing.next_try
	});
	let working = work.filter((w) => w.state === "working"), busy = working.find((w) => w.part === "fetch" || w.part === "archive") ?? working[0];
	if (busy) return standing(busy.part, "accent", { reason: busy.reason });
	let waiting = work.find((w) => w.state === "waiting");
	return waiting ? standing("waiting", "plain", {
		reason: waiting.reason,
		next: waiting.next_try
	}) : role === "owner" && Object.keys(archives).length === 0 ? standing("empty", "plain", { next: roundOf(work) }) : role === "owner" ? standing("owner", "good", { next: roundOf(work) }) : standing("member", "good", { reason: work.find((w) => w.part === "fetch")?.reason ?? "" });
}
function standingOf(c) {
	let l = c.limits, stop = l?.damaged?.find((d) => d.stops);
	return stop ? standing("damaged", "bad", { reason: stop.hint }) : settingOf(l?.settings, "paused") === "on" ? standing("paused", "plain") : l?.mode.reason && !l.mode.serve && !l.mode.fetch ? standing("stopped", "plain", { reason: l.mode.reason }) : c.quarantined.length > 0 ? standing("refused", "warn", {
		count: c.quarantined.length,
		reason: c.quarantined[0]?.reason ?? "",
		next: Math.min(...c.quarantined.map((q) => q.next_try || Infinity))
	}) : ofWork(c);
}
// src/components/meter.tsx
function Meter({ label, text, parts, max }) {
	let total = parts.reduce((sum, p) => sum + p.value, 0), full = Math.max(max, 1);
	return /* @__PURE__ */ a("div", {
		class: "meter",
		role: "meter",
		"aria-label": label,
		"aria-valuemin": 0,
		"aria-valuemax": full,
		"aria-valuenow": Math.min(total, full),
		"aria-valuetext": text,
		children: parts.map((p) => /* @__PURE__ */ a("span", {
			class: `meter-part ${p.kind}`,
			style: { width: `${Math.min(100, p.value / full * 100)}%` }
		}, p.kind))
	});
}
/** How far something is; without a total it only says that it goes on. */
function Progress({ label, done, total }) {
	let share = total > 0 ? Math.min(1, done / total) : void 0;
	return /* @__PURE__ */ a("div", {
		class: share === void 0 ? "progress open" : "progress",
		role: "progressbar",
		"aria-label": label,
		"aria-valuemin": 0,
		"aria-valuemax": 100,
		"aria-valuenow": share === void 0 ? void 0 : Math.round(share * 100),
		"aria-valuetext": share === void 0 ? void 0 : percent(share),
		children: /* @__PURE__ */ a("span", { style: { width: `${(share ?? .3) * 100}%` } })
	});
}
// src/components/operation-list.tsx
/**
* An operation with a reason waits (see package operation of the server), which is no
* standing still while the work that it waits for goes on.
*/
function stateOf(o) {
	let work = communities.value.find((c) => c.id === o.community)?.work ?? [];
	return o.state === "running" && o.reason !== "" && !work.some((w) => w.state === "working") ? "waiting" : o.state;
}
/** How far an operation is; a join counts between two rounds of fetching only, and the archives all the time. */
function progressOf(o) {
	if (o.kind !== "join" || o.ended_at > 0) return o;
	let { here, total } = joinProgress(o, communities.value.find((c) => c.id === o.community));
	return {
		done: here,
		total
	};
}
var looks = {
	pending: {
		tone: "plain",
		icon: "wait"
	},
	running: {
		tone: "accent",
		icon: "work"
	},
	waiting: {
		tone: "warn",
		icon: "wait"
	},
	done: {
		tone: "good",
		icon: "check"
	},
	failed: {
		tone: "bad",
		icon: "alert"
	}
};
function Times({ o }) {
	let s = t().activity, parts = [o.ended_at > 0 ? s.endedAt(relative(o.ended_at, now.value)) : s.began(relative(o.created_at, now.value))];
	return o.attempts > 0 && parts.push(s.attempts(o.attempts)), o.next_try > 0 && o.ended_at === 0 && parts.push(s.nextTry(relative(o.next_try, now.value))), /* @__PURE__ */ a("p", {
		class: "small faint",
		children: parts.join(" · ")
	});
}
function Item({ o }) {
	let s = t().activity, state = stateOf(o), look = looks[state] ?? {
		tone: "plain",
		icon: "wait"
	}, kind = s.kinds[o.kind] ?? o.kind, { done, total } = progressOf(o), reason = o.total === 0 && total > 0 ? "" : o.reason, steps = total > 0 ? s.progress(number(done), number(total)) : s.progressUnknown(number(done));
	return /* @__PURE__ */ a("li", {
		class: "operation",
		"data-operation": o.kind,
		children: [
			/* @__PURE__ */ a("div", {
				class: "operation-head",
				children: [/* @__PURE__ */ a("h3", { children: [
					kind,
					" ",
					/* @__PURE__ */ a("a", {
						href: hrefOf({
							view: "community",
							id: o.community
						}),
						children: communityName(o.community)
					})
				] }), /* @__PURE__ */ a(Badge, {
					tone: look.tone,
					icon: look.icon,
					children: s.states[state] ?? state
				})]
			}),
			o.to > 0 && /* @__PURE__ */ a("p", {
				class: "small quiet",
				children: s.span(days$1(o.from, o.to))
			}),
			o.ended_at === 0 && o.state === "running" && /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a(Progress, {
				label: `${kind} ${communityName(o.community)}`,
				done,
				total
			}), /* @__PURE__ */ a("p", {
				class: "small quiet",
				children: steps
			})] }),
			reason && /* @__PURE__ */ a("p", {
				class: o.state === "failed" ? "verdict bad" : "quiet",
				title: reason,
				children: shortIds(reason)
			}),
			/* @__PURE__ */ a(Times, { o })
		]
	});
}
/** Most of those that ended that are shown. */
var MOST$1 = 50;
function Ended({ onHide }) {
	let s = t().activity, { data, problem, again } = useQuery("ended", (signal) => api.operations(void 0, signal), OPERATIONS), list = data?.filter((o) => o.ended_at > 0).sort((a, b) => b.ended_at - a.ended_at).slice(0, MOST$1);
	return /* @__PURE__ */ a("div", {
		class: "stack ended",
		children: [
			/* @__PURE__ */ a("div", {
				class: "row",
				children: [/* @__PURE__ */ a("h3", {
					class: "grow",
					children: s.ended
				}), /* @__PURE__ */ a(Button, {
					small: !0,
					onClick: onHide,
					children: s.hideEnded
				})]
			}),
			problem && /* @__PURE__ */ a(Trouble, {
				problem,
				onRetry: again
			}),
			!list && !problem && /* @__PURE__ */ a(Loading, { what: t().trouble.loading }),
			list?.length === 0 && /* @__PURE__ */ a("p", {
				class: "quiet",
				children: s.noEnded
			}),
			/* @__PURE__ */ a("ul", {
				class: "operations",
				children: list?.map((o) => /* @__PURE__ */ a(Item, { o }, o.id))
			})
		]
	});
}
/** What somebody asked for: how far it is, what it waits for, and when it is tried again. */
function OperationList() {
	let s = t().activity, [ended, setEnded] = d$2(!1), open = operations.value.filter((o) => o.ended_at === 0);
	return /* @__PURE__ */ a(Section, {
		title: s.operations,
		aside: !ended && /* @__PURE__ */ a(Button, {
			small: !0,
			kind: "quiet",
			onClick: () => setEnded(!0),
			children: s.showEnded
		}),
		children: [
			open.length === 0 && /* @__PURE__ */ a("p", {
				class: "quiet",
				children: [
					s.noOperations,
					" ",
					/* @__PURE__ */ a("span", {
						class: "faint",
						children: s.noOperationsHint
					})
				]
			}),
			/* @__PURE__ */ a("ul", {
				class: "operations",
				children: open.map((o) => /* @__PURE__ */ a(Item, { o }, o.id))
			}),
			ended && /* @__PURE__ */ a(Ended, { onHide: () => setEnded(!1) })
		]
	});
}
// src/components/retries.tsx
function retriesOf(c) {
	let s = t().activity, work = c.work.filter((w) => w.attempts > 0).map((w) => ({
		community: c,
		what: s.parts[w.part] ?? w.part,
		reason: w.reason,
		attempts: w.attempts,
		nextTry: w.next_try
	})), archives = c.quarantined.map((q) => ({
		community: c,
		what: s.quarantined,
		reason: q.reason,
		attempts: q.attempts,
		nextTry: q.next_try
	}));
	return [...work, ...archives];
}
/** What failed and is tried again; nothing where all goes well. */
function Retries() {
	let s = t().activity, list = communities.value.flatMap(retriesOf);
	return list.length === 0 ? null : /* @__PURE__ */ a(Section, {
		title: s.retries,
		aside: /* @__PURE__ */ a("span", {
			class: "small faint",
			children: s.retriesHint
		}),
		children: /* @__PURE__ */ a("ul", {
			class: "operations",
			children: list.map((r, i) => /* @__PURE__ */ a("li", {
				class: "operation",
				children: [
					/* @__PURE__ */ a("div", {
						class: "operation-head",
						children: [/* @__PURE__ */ a("h3", { children: [
							r.what,
							" ",
							/* @__PURE__ */ a("a", {
								href: hrefOf({
									view: "community",
									id: r.community.id
								}),
								children: nameOf(r.community)
							})
						] }), /* @__PURE__ */ a(Badge, {
							tone: "warn",
							icon: "work",
							children: s.attempts(r.attempts)
						})]
					}),
					/* @__PURE__ */ a("p", {
						title: r.reason,
						children: shortIds(r.reason)
					}),
					r.nextTry > 0 && /* @__PURE__ */ a("p", {
						class: "small faint",
						children: s.nextTry(relative(r.nextTry, now.value))
					})
				]
			}, i))
		})
	});
}
// src/views/activity.tsx
/** What was asked for, what fails and is tried again, and everything that happened. */
function Activity() {
	return /* @__PURE__ */ a(Page, {
		title: t().nav.activity,
		children: [
			trouble.value && !status.value && /* @__PURE__ */ a(Trouble, { problem: trouble.value }),
			!status.value && !trouble.value && /* @__PURE__ */ a(Loading, { what: t().trouble.loading }),
			status.value && /* @__PURE__ */ a($, { children: [
				/* @__PURE__ */ a(OperationList, {}),
				/* @__PURE__ */ a(Retries, {}),
				/* @__PURE__ */ a(EventList, {})
			] })
		]
	});
}
// src/components/coverage.tsx
/** A patch in the colour and pattern of a condition. */
function Swatch({ of }) {
	return /* @__PURE__ */ a("span", {
		class: `swatch c-${of}`,
		"aria-hidden": "true"
	});
}
/** What is here of a history and what is not, in words. */
function coverageText(weeks, owner) {
	let words = t().condition, counts = tally(weeks);
	return [...conditions].reverse().filter((c) => counts[c] > 0).map((c) => `${number(counts[c])} ${owner && c === "imported" ? words.archived : words[c]}`).join(", ") || t().communities.coverageNone;
}
/** Stretches that a bar shows at most. */
var MOST = 110;
/** A history as a bar, oldest to the left; each part has colour and pattern. */
function CoverageBar({ weeks, owner }) {
	return /* @__PURE__ */ a("div", {
		class: "coverage",
		role: "img",
		"aria-label": coverageText(weeks, owner),
		children: stretches(weeks, MOST).map((s, i) => /* @__PURE__ */ a("span", {
			class: `coverage-part c-${s.condition}`,
			style: { flexGrow: s.weeks }
		}, i))
	});
}
/** Conditions that occur, with their numbers. */
function Legend({ weeks, owner }) {
	let words = t().condition, counts = tally(weeks), pinned = weeks.filter((w) => w.pinned).length;
	return /* @__PURE__ */ a("ul", {
		class: "legend",
		children: [
			[...conditions].reverse().filter((c) => counts[c] > 0).map((c) => /* @__PURE__ */ a("li", { children: [/* @__PURE__ */ a(Swatch, { of: c }), /* @__PURE__ */ a("span", { children: [
				owner && c === "imported" ? words.archived : words[c],
				" ",
				/* @__PURE__ */ a("b", { children: number(counts[c]) })
			] })] }, c)),
			counts.amended > 0 && /* @__PURE__ */ a("li", { children: [/* @__PURE__ */ a(Swatch, { of: "amended" }), /* @__PURE__ */ a("span", { children: [
				words.amended,
				" ",
				/* @__PURE__ */ a("b", { children: number(counts.amended) })
			] })] }),
			pinned > 0 && /* @__PURE__ */ a("li", { children: [/* @__PURE__ */ a(Swatch, { of: "pinned" }), /* @__PURE__ */ a("span", { children: [
				words.pinned,
				" ",
				/* @__PURE__ */ a("b", { children: number(pinned) })
			] })] })
		]
	});
}
// src/components/spark.tsx
var HEIGHT$1 = 28, FLOOR = 16384;
/** Rates of the last two minutes with the limit as a dashed line. The numbers stand beside it, so it is not read out. */
function Spark({ values, limit, kind }) {
	let most = Math.max(FLOOR, ...values, limit), x = (i) => (120 - values.length + i) / 119 * 100, y = (v) => 27 - Math.min(v, most) / most * 25, points = values.map((v, i) => `${x(i).toFixed(2)},${y(v).toFixed(2)}`), first = x(0).toFixed(2);
	return /* @__PURE__ */ a("svg", {
		class: `spark ${kind}`,
		viewBox: `0 0 100 ${HEIGHT$1}`,
		preserveAspectRatio: "none",
		"aria-hidden": "true",
		children: [
			/* @__PURE__ */ a("path", {
				class: "spark-base",
				d: "M0 27.5H100"
			}),
			points.length > 1 && /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a("path", {
				class: "spark-area",
				d: `M${first} ${HEIGHT$1}L${points.join("L")}L100 ${HEIGHT$1}Z`
			}), /* @__PURE__ */ a("path", {
				class: "spark-line",
				d: `M${points.join("L")}`
			})] }),
			limit > 0 && /* @__PURE__ */ a("path", {
				class: "spark-limit",
				d: `M0 ${y(limit).toFixed(2)}H100`
			})
		]
	});
}
// src/components/flow.tsx
/** The limit that holds: its own, or that of the node where that is lower or the only one. */
function holding(own, node) {
	let shared = node > 0 && (own === 0 || node < own);
	return {
		value: shared ? node : own,
		shared
	};
}
/** A direction of transfers of a community: rate, limit and the last two minutes. */
function FlowLine({ flow, kind, of: id }) {
	let s = t(), node = status.value?.limits[kind], { value, shared } = holding(flow.limit, node?.limit ?? 0), why = s.communities.from[(shared ? node?.from : flow.from) ?? ""], words = s.common.unlimited;
	return value > 0 && (words = shared ? s.communities.nodeLimit(limit(value)) : s.communities.limited(limit(value))), /* @__PURE__ */ a("div", {
		class: `flow ${kind}`,
		children: [/* @__PURE__ */ a("p", {
			class: "flow-text",
			children: [
				/* @__PURE__ */ a("span", {
					class: `rate ${kind}`,
					children: [
						/* @__PURE__ */ a(Icon, {
							name: kind,
							size: 14
						}),
						/* @__PURE__ */ a("span", {
							class: "hidden",
							children: s.common[kind]
						}),
						/* @__PURE__ */ a("b", { children: rate(flow.rate) })
					]
				}),
				/* @__PURE__ */ a("span", {
					class: "faint",
					children: words
				}),
				why && /* @__PURE__ */ a("span", {
					class: "faint",
					children: why
				}),
				flow.waiting > 0 && /* @__PURE__ */ a("span", {
					class: "flow-waiting",
					children: s.communities.waiting(flow.waiting)
				})
			]
		}), /* @__PURE__ */ a(Spark, {
			values: sparks.value[id]?.[kind] ?? [],
			limit: value,
			kind
		})]
	});
}
// src/components/switch.tsx
function Switch({ label, about, checked, disabled, onChange }) {
	let id = P(), [wanted, setWanted] = d$2(null), shown = wanted ?? checked, change = async () => {
		if (wanted !== null) return;
		let next = !shown;
		setWanted(next);
		try {
			await onChange(next);
		} catch (thrown) {
			fail(problemOf(thrown));
		} finally {
			setWanted(null);
		}
	};
	return /* @__PURE__ */ a("span", {
		class: "switch-row",
		children: [/* @__PURE__ */ a("button", {
			type: "button",
			role: "switch",
			class: "switch",
			"aria-checked": shown,
			"aria-labelledby": id,
			"aria-busy": wanted !== null || void 0,
			disabled,
			onClick: () => void change(),
			children: /* @__PURE__ */ a("span", { class: "knob" })
		}), /* @__PURE__ */ a("span", {
			class: "switch-label",
			id,
			onClick: () => !disabled && void change(),
			children: [label, about && /* @__PURE__ */ a("span", {
				class: "hidden",
				children: " " + about
			})]
		})]
	});
}
// src/components/limits-dialog.tsx
var keys = [
	"up",
	"down",
	"cap"
];
/** What was set, and nothing where nothing was. */
function written(settings) {
	let of = (key) => {
		let s = settings?.find((x) => x.key === key);
		return s?.from === "set" ? s.value : "";
	};
	return {
		up: of("up"),
		down: of("down"),
		cap: of("cap")
	};
}
/** Asks the node what it makes of a value, as it is typed. */
function checkWith(key, community) {
	return async (value, signal) => {
		let s = t().limitsDialog;
		if (value.trim() === "") return {
			ok: !0,
			message: s.none
		};
		let [checked] = await api.check({ [key]: value.trim() }, community, signal);
		if (checked) return checked.ok ? {
			ok: !0,
			message: s.understood(pretty(checked.value ?? value))
		} : {
			ok: !1,
			message: checked.message
		};
	};
}
/** The limits of a community, one click from its card. What is typed is checked at once and saved all or nothing. */
function LimitsDialog({ of: c, onClose }) {
	let s = t(), [before] = d$2(() => written(c.limits?.settings)), [draft, setDraft] = d$2(before), [problem, setProblem] = d$2(), changed = keys.filter((k) => draft[k].trim() !== before[k]), wide = c.limits?.settings, isOn = (key) => wide?.find((x) => x.key === key)?.value === "on", save = async () => {
		let values = Object.fromEntries(changed.map((k) => [k, draft[k].trim() || null]));
		try {
			tell((await api.setCommunity(c.id, values)).daemon === "told" ? s.limitsDialog.saved : s.limitsDialog.savedLater), await readAll(), onClose();
		} catch (thrown) {
			setProblem(problemOf(thrown));
		}
	}, flip = (key) => async (on) => {
		await api.setCommunity(c.id, { [key]: on ? "on" : null }), await readAll();
	}, field = (key, label, hint) => /* @__PURE__ */ a(Field, {
		label,
		hint,
		value: draft[key],
		placeholder: key === "cap" ? s.common.none : s.common.unlimited,
		check: checkWith(key, c.id),
		error: problem?.fields[key],
		autoFocus: key === "up",
		onInput: (value) => {
			setProblem(void 0), setDraft({
				...draft,
				[key]: value
			});
		}
	}, key);
	return /* @__PURE__ */ a(Dialog, {
		open: !0,
		title: s.limitsDialog.title(nameOf(c)),
		onClose,
		actions: /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a(Button, {
			onClick: onClose,
			children: s.common.cancel
		}), /* @__PURE__ */ a(Button, {
			kind: "primary",
			disabled: changed.length === 0,
			onClick: save,
			children: s.common.save
		})] }),
		children: [
			/* @__PURE__ */ a("form", {
				class: "stack",
				onSubmit: (e) => {
					e.preventDefault(), changed.length > 0 && save();
				},
				children: [
					/* @__PURE__ */ a("div", {
						class: "two",
						children: [field("up", s.limitsDialog.up, s.limitsDialog.rateHint), field("down", s.limitsDialog.down, s.limitsDialog.rateHint)]
					}),
					field("cap", s.limitsDialog.cap, s.limitsDialog.capHint),
					/* @__PURE__ */ a("button", {
						type: "submit",
						class: "hidden",
						tabIndex: -1,
						"aria-hidden": "true"
					})
				]
			}),
			problem && Object.keys(problem.fields).length === 0 && /* @__PURE__ */ a(Notice, {
				kind: "bad",
				icon: "alert",
				children: [/* @__PURE__ */ a("p", { children: problem.message || s.trouble.unreachable }), problem.hint && /* @__PURE__ */ a("p", {
					class: "small quiet",
					children: problem.hint
				})]
			}),
			/* @__PURE__ */ a("div", {
				class: "stack-tight",
				children: [/* @__PURE__ */ a(Switch, {
					label: s.limitsDialog.drop,
					checked: isOn("drop_messages_on_evict"),
					onChange: flip("drop_messages_on_evict")
				}), c.role === "owner" && /* @__PURE__ */ a(Switch, {
					label: s.limitsDialog.originals,
					checked: isOn("evict_originals"),
					onChange: flip("evict_originals")
				})]
			}),
			/* @__PURE__ */ a("p", { children: /* @__PURE__ */ a("a", {
				href: hrefOf({
					view: "limits",
					of: c.id
				}),
				onClick: onClose,
				children: s.limitsDialog.more
			}) })
		]
	});
}
// src/components/standing.tsx
var icons = {
	damaged: "alert",
	paused: "pause",
	stopped: "pause",
	refused: "shield",
	failing: "alert",
	announcement: "work",
	fetch: "down",
	archive: "work",
	send: "up",
	waiting: "wait",
	owner: "check",
	empty: "wait",
	member: "check"
};
function wordsOf(s) {
	let words = t().standing;
	switch (s.word) {
		case "refused": return words.refused(s.count);
		case "failing": return words.failing(s.count);
		case "owner": return s.next > now.value ? words.ownerNext(relative(s.next, now.value)) : words.owner;
		case "empty": return s.next > now.value ? words.emptyNext(relative(s.next, now.value)) : words.empty;
		default: return words[s.word];
	}
}
/** The state of a community in words. */
function StandingLine({ of: community }) {
	let s = standingOf(community), again = s.word !== "owner" && s.word !== "empty" && s.next > now.value && Number.isFinite(s.next) ? t().standing.again(relative(s.next, now.value)) : "";
	return /* @__PURE__ */ a("p", {
		class: `standing ${s.tone}`,
		title: s.reason || void 0,
		children: [/* @__PURE__ */ a(Icon, { name: icons[s.word] }), /* @__PURE__ */ a("span", { children: [
			/* @__PURE__ */ a("b", { children: wordsOf(s) }),
			s.reason && /* @__PURE__ */ a("span", {
				class: "quiet",
				children: [": ", /* @__PURE__ */ a("bdi", { children: shortIds(s.reason) })]
			}),
			again && /* @__PURE__ */ a("span", {
				class: "quiet",
				children: (s.reason ? "; " : ": ") + again
			})
		] })]
	});
}
// src/components/storage.tsx
function words(storage, node) {
	let s = t().communities;
	return storage.cap > 0 ? t().common.of(bytes(storage.used), bytes(storage.cap)) : node && node.storage.cap > 0 ? s.nodeCap(bytes(storage.used), bytes(node.storage.cap)) : s.noCap(bytes(storage.used));
}
/** What a community takes on the disk against its cap, and what goes when there is no room. */
function StorageMeter({ limits, node, details }) {
	let s = t().communities, { storage } = limits, cap = storage.cap || node?.storage.cap || 0, next = cap > 0 && details ? nextToGo(details) : void 0, going = Math.min(next?.bytes ?? 0, storage.used), parts = [
		{
			kind: "next",
			value: going
		},
		{
			kind: "used",
			value: storage.used - going
		},
		{
			kind: "reserved",
			value: storage.reserved
		}
	], text = words(storage, node);
	return /* @__PURE__ */ a("div", {
		class: "measure",
		children: [
			/* @__PURE__ */ a("div", {
				class: "measure-head",
				children: [/* @__PURE__ */ a("span", {
					class: "measure-name",
					children: s.storage
				}), /* @__PURE__ */ a("span", { children: text })]
			}),
			cap > 0 && /* @__PURE__ */ a(Meter, {
				label: s.storage,
				text,
				parts: parts.filter((p) => p.value > 0),
				max: cap
			}),
			storage.over ? /* @__PURE__ */ a("p", {
				class: "measure-note bad",
				children: [/* @__PURE__ */ a(Icon, {
					name: "alert",
					size: 13
				}), /* @__PURE__ */ a("span", { children: s.over(bytes(storage.over), storage.over_reason ?? "") })]
			}) : /* @__PURE__ */ a(StorageNote, {
				limits,
				details,
				next,
				capped: cap > 0
			})
		]
	});
}
function StorageNote({ limits, details, next, capped }) {
	let s = t().communities, kept = capped && details && !next && limits.storage.archives > 0;
	return /* @__PURE__ */ a("p", {
		class: "measure-note",
		children: [
			next && /* @__PURE__ */ a("span", {
				class: "with-swatch",
				children: [/* @__PURE__ */ a("span", {
					class: "swatch c-next",
					"aria-hidden": "true"
				}), s.next(days$1(next.from, next.to), bytes(next.bytes))]
			}),
			kept && /* @__PURE__ */ a("span", { children: details.role === "owner" ? s.nextNone : s.nextPinned }),
			limits.storage.reserved > 0 && /* @__PURE__ */ a("span", {
				class: "with-swatch",
				children: [/* @__PURE__ */ a("span", {
					class: "swatch c-reserved",
					"aria-hidden": "true"
				}), s.reserved(bytes(limits.storage.reserved))]
			})
		]
	});
}
// src/components/switches.tsx
/** Whether a community works at all, uploads and downloads. */
function Switches({ of: c }) {
	let s = t().communities, settings = c.limits?.settings, paused = settingOf(settings, "paused") === "on", set = (key) => async (checked) => {
		await api.setCommunity(c.id, { [key]: checked ? null : "off" }), await readAll();
	};
	return /* @__PURE__ */ a("div", {
		class: "switches",
		children: [
			/* @__PURE__ */ a(Switch, {
				label: s.paused,
				checked: paused,
				onChange: async (checked) => {
					await (checked ? api.pause(c.id) : api.resume(c.id)), await readAll();
				}
			}),
			/* @__PURE__ */ a(Switch, {
				label: s.serve,
				about: s.serveAbout,
				checked: settingOf(settings, "serve") !== "off",
				disabled: paused,
				onChange: set("serve")
			}),
			/* @__PURE__ */ a(Switch, {
				label: s.fetch,
				about: s.fetchAbout,
				checked: settingOf(settings, "fetch") !== "off",
				disabled: paused,
				onChange: set("fetch")
			})
		]
	});
}
// src/views/card.tsx
function Coverage({ weeks, problem, owner }) {
	let s = t(), archives = weeks?.flatMap((w) => w.archives) ?? [], here = archives.filter(held).length, value = problem ? problem.message || s.trouble.unreachable : s.communities.coverageLoading;
	weeks && (value = archives.length === 0 ? s.communities.coverageNone : s.communities.held(percent(here / archives.length, 1)));
	let first = weeks?.[0], last = weeks?.at(-1);
	return /* @__PURE__ */ a("div", {
		class: "measure",
		"data-reading": !weeks && !problem ? "" : void 0,
		children: [
			/* @__PURE__ */ a("div", {
				class: "measure-head",
				children: [/* @__PURE__ */ a("span", {
					class: "measure-name",
					children: s.communities.coverage
				}), /* @__PURE__ */ a("span", { children: value })]
			}),
			/* @__PURE__ */ a(CoverageBar, {
				weeks: weeks ?? [],
				owner
			}),
			/* @__PURE__ */ a("p", {
				class: "measure-note",
				children: [first && last ? /* @__PURE__ */ a("span", { children: days$1(first.from, last.to) }) : /* @__PURE__ */ a("span", {
					"aria-hidden": "true",
					children: "\xA0"
				}), weeks && /* @__PURE__ */ a(CoverageWorst, { weeks })]
			})
		]
	});
}
/** What is not here, most pressing first. */
function CoverageWorst({ weeks }) {
	let s = t().condition;
	return /* @__PURE__ */ a($, { children: [
		"quarantined",
		"missing",
		"beyond",
		"evicted"
	].map((c) => ({
		c,
		n: weeks.filter((w) => w.condition === c).length
	})).filter((x) => x.n > 0).map(({ c, n }) => /* @__PURE__ */ a("span", {
		class: "with-swatch",
		children: [
			/* @__PURE__ */ a("span", {
				class: `swatch c-${c}`,
				"aria-hidden": "true"
			}),
			number(n),
			" ",
			s[c]
		]
	}, c)) });
}
/** A community at a glance, with what is changed most often. */
function Card({ of: c }) {
	let s = t(), ref = T(null), seen = useSeen(ref), [dialog, setDialog] = d$2(!1), read = useQuery(seen ? c.id : void 0, async (signal) => {
		let [history, details] = await Promise.all([api.history(c.id, signal), api.community(c.id, signal)]);
		return {
			history,
			details
		};
	}, c.id);
	useQuery(seen ? c.id : void 0, (signal) => seedSpark(c.id, signal));
	let data = read.data, weeks = w$2(() => data && weeksOf(data.history, data.details.archive_list, pinsOf(data.details.limits)), [data]), limits = c.limits;
	return /* @__PURE__ */ a("article", {
		class: "card",
		ref,
		"aria-label": nameOf(c),
		children: [
			/* @__PURE__ */ a("header", {
				class: "card-head",
				children: [/* @__PURE__ */ a("div", {
					class: "grow",
					children: /* @__PURE__ */ a("h2", { children: /* @__PURE__ */ a("a", {
						href: hrefOf({
							view: "community",
							id: c.id
						}),
						title: c.id,
						children: nameOf(c)
					}) })
				}), /* @__PURE__ */ a(Badge, {
					tone: c.role === "owner" ? "accent" : "plain",
					icon: c.role === "owner" ? "key" : "peers",
					children: c.role === "owner" ? s.communities.owner : s.communities.member
				})]
			}),
			/* @__PURE__ */ a(StandingLine, { of: c }),
			/* @__PURE__ */ a(Coverage, {
				weeks,
				problem: read.problem,
				owner: c.role === "owner"
			}),
			limits && /* @__PURE__ */ a($, { children: [
				/* @__PURE__ */ a(StorageMeter, {
					limits,
					node: status.value?.limits,
					details: data?.details
				}),
				/* @__PURE__ */ a("div", {
					class: "flows",
					children: [/* @__PURE__ */ a(FlowLine, {
						flow: limits.up,
						kind: "up",
						of: c.id
					}), /* @__PURE__ */ a(FlowLine, {
						flow: limits.down,
						kind: "down",
						of: c.id
					})]
				}),
				/* @__PURE__ */ a("div", {
					class: "card-peers",
					children: [
						/* @__PURE__ */ a(Icon, {
							name: "peers",
							size: 14
						}),
						/* @__PURE__ */ a("span", {
							class: "grow",
							children: [/* @__PURE__ */ a("span", { children: s.communities.peers(limits.peers) }), typeof limits.copies == "number" && /* @__PURE__ */ a("span", {
								class: "faint",
								children: s.communities.copies(limits.copies)
							})]
						}),
						/* @__PURE__ */ a(Button, {
							icon: "limits",
							small: !0,
							onClick: () => setDialog(!0),
							"aria-haspopup": "dialog",
							children: s.communities.limits
						})
					]
				})
			] }),
			/* @__PURE__ */ a("footer", {
				class: "card-foot",
				children: /* @__PURE__ */ a(Switches, { of: c })
			}),
			dialog && /* @__PURE__ */ a(LimitsDialog, {
				of: c,
				onClose: () => setDialog(!1)
			})
		]
	});
}
// src/views/communities.tsx
function Communities() {
	let s = t().communities, list = communities.value, add = /* @__PURE__ */ a(ButtonLink, {
		href: "#/welcome",
		icon: "add",
		kind: "primary",
		children: s.add
	}), known = status.value !== null;
	return /* @__PURE__ */ a(Page, {
		title: t().nav.communities,
		lead: known && list.length > 0 ? s.count(list.length) : void 0,
		actions: known && list.length > 0 ? add : void 0,
		children: [
			!known && !trouble.value && /* @__PURE__ */ a(Loading, { what: s.loading }),
			trouble.value && !known && /* @__PURE__ */ a(Trouble, {
				problem: trouble.value,
				onRetry: () => void readAll()
			}),
			status.value?.notes?.map((note) => /* @__PURE__ */ a(Notice, {
				kind: "warn",
				icon: "alert",
				children: note
			}, note)),
			known && list.length === 0 && /* @__PURE__ */ a(Empty, {
				icon: "communities",
				title: s.emptyTitle,
				actions: add,
				children: s.empty
			}),
			/* @__PURE__ */ a("div", {
				class: "cards",
				children: list.map((c) => /* @__PURE__ */ a(Card, { of: c }, c.id))
			})
		]
	});
}
// src/asked.ts
/** Milliseconds after which an operation is looked at again, though nothing was heard of it. */
var AGAIN$2 = 1e4;
/** Waits until something was heard of operations after a count, or for a while. */
async function news(heard) {
	let stop = () => {};
	await new Promise((done) => {
		let timer = setTimeout(done, AGAIN$2), unfollow = x(() => {
			((revisions.value.operations ?? 0) !== heard || session.value !== "in") && done();
		});
		stop = () => {
			clearTimeout(timer), unfollow();
		};
	}), stop();
}
/** Says that an operation was begun and, whenever it ends while the page is open, how it ended. */
async function follow(begun) {
	let o = begun;
	for (tell(t().community.asked, o.id); o.ended_at === 0;) {
		let heard = revisions.peek().operations ?? 0;
		try {
			o = await api.operation(o.id);
		} catch (thrown) {
			if (problemOf(thrown).status === 404) return;
		}
		if (session.peek() !== "in") return;
		o.ended_at === 0 && await news(heard);
	}
	let s = t().activity, what = `${s.kinds[o.kind] ?? o.kind} ${communityName(o.community)}`;
	o.state === "failed" ? tellFailure(s.toldFailed(what), shortIds(o.reason ?? ""), o.id) : tell(s.toldDone(what), o.id);
}
// src/components/menu.tsx
/** A button that opens a list of actions (ARIA practices, menu button). */
function Menu({ label, items, icon = "more" }) {
	let [open, setOpen] = d$2(!1), id = P(), box = T(null), button = T(null), entries = () => [...box.current?.querySelectorAll("[role=menuitem]:not(:disabled)") ?? []];
	A$1(() => {
		if (!open) return;
		entries()[0]?.focus();
		let outside = (e) => {
			box.current?.contains(e.target) || setOpen(!1);
		};
		return document.addEventListener("pointerdown", outside), () => document.removeEventListener("pointerdown", outside);
	}, [open]);
	let close = () => {
		setOpen(!1), button.current?.focus();
	};
	return /* @__PURE__ */ a("div", {
		class: "menu",
		ref: box,
		onKeyDown: open ? (e) => {
			let list = entries(), at = list.indexOf(document.activeElement), step = {
				ArrowDown: at + 1,
				ArrowUp: at - 1,
				Home: 0,
				End: list.length - 1
			};
			e.key === "Escape" ? (e.stopPropagation(), close()) : e.key === "Tab" ? setOpen(!1) : e.key in step && (e.preventDefault(), list.at((step[e.key] ?? 0) % list.length)?.focus());
		} : void 0,
		children: [/* @__PURE__ */ a(Button, {
			innerRef: button,
			icon,
			kind: "quiet",
			label,
			"aria-haspopup": "menu",
			"aria-expanded": open,
			"aria-controls": id,
			onClick: () => setOpen(!open)
		}), open && /* @__PURE__ */ a("div", {
			role: "menu",
			id,
			class: "menu-list",
			"aria-label": label,
			children: items.map((item) => /* @__PURE__ */ a("button", {
				type: "button",
				role: "menuitem",
				tabIndex: -1,
				class: item.danger ? "menu-item danger" : "menu-item",
				disabled: item.disabled,
				onClick: () => {
					close(), item.onSelect();
				},
				children: [item.icon && /* @__PURE__ */ a(Icon, { name: item.icon }), /* @__PURE__ */ a("span", { children: item.label })]
			}, item.label))
		})]
	});
}
// src/views/community-actions.tsx
function RenameDialog({ of: c, onClose }) {
	let s = t(), [name, setName] = d$2(c.name), [problem, setProblem] = d$2(), save = async () => {
		try {
			await api.rename(c.id, name.trim()), tell(s.community.renamed), await readAll(), onClose();
		} catch (thrown) {
			setProblem(problemOf(thrown));
		}
	};
	return /* @__PURE__ */ a(Dialog, {
		open: !0,
		title: s.community.renameTitle,
		onClose,
		actions: /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a(Button, {
			onClick: onClose,
			children: s.common.cancel
		}), /* @__PURE__ */ a(Button, {
			kind: "primary",
			onClick: save,
			children: s.common.save
		})] }),
		children: /* @__PURE__ */ a("form", {
			onSubmit: (e) => {
				e.preventDefault(), save();
			},
			children: /* @__PURE__ */ a(Field, {
				label: s.community.rename,
				hint: s.community.renameHint,
				value: name,
				onInput: setName,
				error: problem && (problem.fields.name ?? problem.message),
				maxLength: 256,
				autoFocus: !0
			})
		})
	});
}
function LeaveDialog({ of: c, onClose }) {
	let s = t().community, [messages, setMessages] = d$2(!1);
	return /* @__PURE__ */ a(Dialog, {
		open: !0,
		title: s.leaveTitle(nameOf(c)),
		onClose,
		actions: /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a(Button, {
			onClick: onClose,
			children: t().common.cancel
		}), /* @__PURE__ */ a(Button, {
			kind: "danger",
			onClick: async () => {
				try {
					let result = await api.leave(c.id, messages);
					tell(s.left(bytes(result.freed_bytes))), navigate({ view: "communities" }), await readAll();
				} catch (thrown) {
					fail(problemOf(thrown));
				}
			},
			children: s.leaveDo
		})] }),
		children: [
			/* @__PURE__ */ a("p", { children: s.leaveText(bytes(c.limits?.storage.used ?? c.bytes)) }),
			c.role === "owner" && /* @__PURE__ */ a("p", { children: s.leaveOwner }),
			/* @__PURE__ */ a(Switch, {
				label: s.leaveMessages,
				checked: messages,
				onChange: setMessages
			})
		]
	});
}
/** What is done with a community now and then. */
function CommunityMenu({ of: c }) {
	let s = t().community, [dialog, setDialog] = d$2(), begin = (kind) => async () => {
		try {
			follow(await api.begin(c.id, kind));
		} catch (thrown) {
			fail(problemOf(thrown));
		}
	}, copy = async () => tell(await toClipboard(c.id) ? s.idCopied : c.id), items = [
		...c.role === "owner" ? [{
			label: s.archiveNow,
			icon: "communities",
			onSelect: () => void begin("archive")()
		}] : [],
		{
			label: s.audit,
			icon: "check",
			onSelect: () => void begin("audit")()
		},
		{
			label: s.replay,
			icon: "work",
			onSelect: () => void begin("replay")()
		},
		{
			label: s.rename,
			icon: "settings",
			onSelect: () => setDialog("rename")
		},
		{
			label: s.copyId,
			icon: "copy",
			onSelect: () => void copy()
		},
		...c.role === "owner" ? [{
			label: t().backup.remind,
			icon: "key",
			onSelect: () => setDialog("key")
		}] : [],
		{
			label: s.leave,
			icon: "evicted",
			danger: !0,
			onSelect: () => setDialog("leave")
		}
	], close = () => setDialog(void 0);
	return /* @__PURE__ */ a($, { children: [
		/* @__PURE__ */ a(Menu, {
			label: t().common.more,
			items
		}),
		dialog === "rename" && /* @__PURE__ */ a(RenameDialog, {
			of: c,
			onClose: close
		}),
		dialog === "key" && /* @__PURE__ */ a(KeyBackupDialog, {
			id: c.id,
			open: !0,
			onClose: close
		}),
		dialog === "leave" && /* @__PURE__ */ a(LeaveDialog, {
			of: c,
			onClose: close
		})
	] });
}
// src/components/timeline.tsx
var firstOf = (s) => Math.min(s.anchor, s.end), lastOf = (s) => Math.max(s.anchor, s.end), NARROW = 620, yearOf = (seconds) => (/* @__PURE__ */ new Date(seconds * 1e3)).getUTCFullYear(), HALF = 27;
/** Lays weeks out in rows of years, or of half years. A second half without a first has that above it, for its year. */
function rowsOf(weeks, halves) {
	let columns = halves ? HALF : 53, rows = /* @__PURE__ */ new Map();
	return weeks.forEach((week, place) => {
		let y = yearOf(week.from), column = Math.floor((week.from - Date.UTC(y, 0, 1) / 1e3) / WEEK), ofYear = rows.get(y) ?? [];
		rows.set(y, ofYear);
		let add = (label) => ofYear.push({
			label,
			cells: Array(columns).fill(-1)
		});
		ofYear.length === 0 && add(year(week.from)), column >= columns && ofYear.length === 1 && add(month(Date.UTC(y, 6, 15) / 1e3));
		let row = ofYear[Math.floor(column / columns)];
		row && (row.cells[column % columns] = place);
	}), [...rows.values()].flat();
}
function describe(week, owner) {
	let s = t(), state = owner && week.condition === "imported" ? s.condition.archived : s.condition[week.condition], more = [
		week.amended ? s.condition.amended : "",
		week.pinned ? s.condition.pinned : "",
		week.messages > 0 ? s.community.messages(number(week.messages)) : ""
	].filter((x) => x !== "");
	return [
		days$1(week.from, week.to),
		state,
		...more
	].join(", ");
}
function Months({ halves }) {
	return halves ? null : /* @__PURE__ */ a("div", {
		class: "timeline-months",
		"aria-hidden": "true",
		children: [/* @__PURE__ */ a("span", { class: "timeline-label" }), /* @__PURE__ */ a("div", { children: Array.from({ length: 12 }, (_, m) => /* @__PURE__ */ a("span", { children: month(Date.UTC(2023, m, 15) / 1e3) }, m)) })]
	});
}
/** Whether an arrow goes by a row or by a week; undefined for other keys. */
function stepOf(key, columns) {
	return {
		ArrowLeft: -1,
		ArrowRight: 1,
		ArrowUp: -columns,
		ArrowDown: columns
	}[key];
}
/** A history by weeks: a row a year, a cell a week. Arrows move, Shift widens, as in a grid. */
function Timeline({ weeks, owner, shown, selection, onShow, onSelect }) {
	let box = T(null), width = useWidth(box), focused = useSignal(!1), halves = width.value > 0 && width.value < NARROW, rows = rowsOf(weeks, halves), columns = halves ? HALF : 53, at = selection?.end ?? weeks.length - 1;
	A$1(() => {
		focused.value && box.current?.querySelector("[tabindex=\"0\"]")?.focus();
	}, [at, focused]);
	let keys = (e) => {
		let step = stepOf(e.key, columns), target = step === void 0 ? {
			Home: 0,
			End: weeks.length - 1
		}[e.key] : at + step;
		target === void 0 || target < 0 || target >= weeks.length || (e.preventDefault(), onShow(void 0), onSelect({
			anchor: e.shiftKey ? selection?.anchor ?? at : target,
			end: target
		}));
	}, chosen = (place) => selection !== void 0 && place >= firstOf(selection) && place <= lastOf(selection);
	return /* @__PURE__ */ a("div", {
		class: "timeline",
		ref: box,
		children: [/* @__PURE__ */ a(Months, { halves }), /* @__PURE__ */ a("div", {
			role: "grid",
			"aria-label": t().community.weekGrid,
			"aria-multiselectable": "true",
			class: "timeline-grid",
			onKeyDown: keys,
			onFocusCapture: () => focused.value = !0,
			onBlurCapture: () => focused.value = !1,
			onPointerLeave: () => onShow(void 0),
			children: rows.map((row, n) => /* @__PURE__ */ a("div", {
				role: "row",
				class: "timeline-row",
				children: [/* @__PURE__ */ a("span", {
					role: "rowheader",
					class: "timeline-label",
					children: row.label
				}), /* @__PURE__ */ a("div", {
					class: "timeline-cells",
					role: "presentation",
					children: row.cells.map((place, column) => {
						let week = weeks[place];
						return week ? /* @__PURE__ */ a("span", {
							role: "gridcell",
							tabIndex: place === at ? 0 : -1,
							"aria-selected": chosen(place),
							"aria-label": describe(week, owner),
							class: [
								"cell",
								`c-${week.condition}`,
								week.amended ? "amended" : "",
								week.pinned ? "pinned" : "",
								place === shown ? "shown" : ""
							].join(" "),
							onPointerEnter: () => onShow(place),
							onClick: (e) => {
								onSelect({
									anchor: e.shiftKey ? selection?.anchor ?? place : place,
									end: place
								}), e.currentTarget.focus();
							}
						}, column) : /* @__PURE__ */ a("span", {
							class: "cell-none",
							role: "presentation"
						}, column);
					})
				})]
			}, n))
		})]
	});
}
// src/views/community-history.tsx
function Empties({ owner }) {
	let s = t().community;
	return /* @__PURE__ */ a(Empty, {
		icon: "communities",
		title: s.historyEmptyTitle,
		children: owner ? s.historyEmptyOwner : s.historyEmpty
	});
}
/** The conditions of some weeks, each with how many archives are in it. */
function States({ weeks, owner }) {
	let words = t().condition, counts = /* @__PURE__ */ new Map();
	for (let w of weeks) for (let a of w.archives) counts.set(conditionOf(a), (counts.get(conditionOf(a)) ?? 0) + 1);
	let found = conditions.filter((c) => counts.has(c) || weeks.some((w) => w.condition === c)), word = (c) => owner && c === "imported" ? words.archived : words[c], several = [...counts.values()].reduce((a, b) => a + b, 0) > 1;
	return /* @__PURE__ */ a("span", {
		class: "states",
		children: [found.length === 0 && /* @__PURE__ */ a("span", { children: words.none }), found.map((c) => /* @__PURE__ */ a("span", {
			class: "with-swatch",
			children: [/* @__PURE__ */ a(Swatch, { of: c }), /* @__PURE__ */ a("span", { children: several && counts.has(c) ? `${number(counts.get(c) ?? 0)} ${word(c)}` : word(c) })]
		}, c))]
	});
}
function copiesOf(weeks) {
	let s = t().community, known = weeks.flatMap((w) => w.archives).flatMap((a) => typeof a.copies == "number" ? [a.copies] : []);
	return known.length === 0 ? s.copiesUnknown : known.length === 1 ? number(known[0] ?? 0) : s.copiesLeast(Math.min(...known));
}
var sum = (weeks, of) => weeks.reduce((n, w) => n + of(w), 0);
/** What is known of some weeks. */
function WeekFacts({ weeks, owner }) {
	let s = t().community, archives = weeks.flatMap((w) => w.archives), amendments = sum(weeks, (w) => w.amended ? Math.max(1, w.archives.length - 1) : 0), pending = sum(weeks, (w) => w.pending), late = sum(weeks, (w) => w.late), lacking = sum(weeks, (w) => w.lacking), notes = [
		pending > 0 ? s.pendingCount(number(pending)) : "",
		late > 0 ? s.late(number(late)) : "",
		lacking > 0 ? s.lacking(number(lacking)) : ""
	].filter((x) => x !== ""), reason = archives.map((a) => a.reason).find((r) => r);
	return /* @__PURE__ */ a(Facts, { items: [
		{
			name: s.state,
			value: /* @__PURE__ */ a(States, {
				weeks,
				owner
			}),
			note: reason
		},
		{
			name: s.messagesName,
			value: number(sum(weeks, (w) => w.messages) + (archives.length === 0 ? pending : 0)),
			note: notes.join(", ")
		},
		{
			name: s.size,
			value: bytes(sum(weeks, (w) => w.bytes))
		},
		{
			name: s.archivesName,
			value: number(archives.length),
			note: amendments > 0 ? s.amendments(amendments) : void 0
		},
		{
			name: s.copiesName,
			value: copiesOf(weeks)
		}
	] });
}
/** Conditions in which there is something to fetch. */
var absent = /* @__PURE__ */ new Set([
	"missing",
	"beyond",
	"evicted",
	"quarantined"
]);
/** Why there is nothing to fetch in weeks; undefined when there is. */
function whyNot(weeks) {
	let s = t().community;
	if (!weeks.some((w) => absent.has(w.condition))) return weeks.some((w) => w.condition === "downloading") ? s.fetchUnderWay : weeks.some((w) => w.archives.length > 0) ? s.fetchAllHere : s.fetchNothing;
}
/** What can be done with the weeks that somebody chose. */
function WeekActions({ id, weeks, role }) {
	let s = t().community, span = {
		from: weeks[0]?.from ?? 0,
		to: weeks.at(-1)?.to ?? 0
	}, run = (act) => async () => {
		try {
			await act(), await readAll();
		} catch (thrown) {
			fail(problemOf(thrown));
		}
	}, pinned = weeks.some((w) => w.pinned);
	return /* @__PURE__ */ a("div", {
		class: "row",
		children: [role === "member" && /* @__PURE__ */ a(Button, {
			icon: "down",
			small: !0,
			unavailable: whyNot(weeks),
			onClick: run(async () => void follow(await api.fetch(id, span))),
			children: s.fetchWeek
		}), pinned ? /* @__PURE__ */ a(Button, {
			icon: "pin",
			small: !0,
			onClick: run(() => api.unpin(id, span).then(() => tell(s.unpinned))),
			children: s.unpin
		}) : /* @__PURE__ */ a(Button, {
			icon: "pin",
			small: !0,
			onClick: run(() => api.pin(id, span).then(() => tell(s.pinned))),
			children: s.pin
		})]
	});
}
/** The history of a community, week by week. */
function HistorySection({ details, history }) {
	let s = t().community, owner = details.role === "owner", pins = w$2(() => pinsOf(details.limits), [details]), weeks = w$2(() => weeksOf(history, details.archive_list, pins), [
		history,
		details,
		pins
	]), hovered = useSignal(void 0), selection = useSignal(void 0);
	if (weeks.length === 0) return /* @__PURE__ */ a(Section, {
		title: s.history,
		children: /* @__PURE__ */ a(Empties, { owner })
	});
	let last = weeks.length - 1, chosen = selection.value ?? {
		anchor: last,
		end: last
	}, of = hovered.value === void 0 ? chosen : {
		anchor: hovered.value,
		end: hovered.value
	}, shown = weeks.slice(firstOf(of), lastOf(of) + 1), first = shown[0];
	if (!first) return null;
	let move = (step) => {
		let end = Math.min(last, Math.max(0, chosen.end + step));
		selection.value = {
			anchor: end,
			end
		};
	};
	return /* @__PURE__ */ a(Section, {
		title: s.history,
		aside: /* @__PURE__ */ a(Legend, {
			weeks,
			owner
		}),
		class: "history",
		children: [
			!history.indexed && !owner && /* @__PURE__ */ a(Notice, { children: s.notIndexed }),
			/* @__PURE__ */ a(Timeline, {
				weeks,
				owner,
				shown: hovered.value ?? -1,
				selection: selection.value,
				onShow: (place) => hovered.value = place,
				onSelect: (next) => selection.value = next
			}),
			/* @__PURE__ */ a("div", {
				class: "week",
				children: [/* @__PURE__ */ a("div", {
					class: "week-head",
					children: [/* @__PURE__ */ a("div", {
						class: "row",
						children: [
							/* @__PURE__ */ a(Button, {
								icon: "left",
								kind: "quiet",
								small: !0,
								label: s.previous,
								disabled: chosen.end === 0,
								onClick: () => move(-1)
							}),
							/* @__PURE__ */ a("h3", { children: [days$1(first.from, shown.at(-1)?.to ?? first.to), shown.length > 1 && /* @__PURE__ */ a("span", {
								class: "faint",
								children: ` · ${s.weeks(shown.length)}`
							})] }),
							/* @__PURE__ */ a(Button, {
								icon: "right",
								kind: "quiet",
								small: !0,
								label: s.next,
								disabled: chosen.end === last,
								onClick: () => move(1)
							})
						]
					}), /* @__PURE__ */ a(WeekActions, {
						id: details.id,
						role: details.role,
						weeks: weeks.slice(firstOf(chosen), lastOf(chosen) + 1)
					})]
				}), /* @__PURE__ */ a(WeekFacts, {
					weeks: shown,
					owner
				})]
			}),
			/* @__PURE__ */ a("p", {
				class: "hint",
				children: s.historyHint
			})
		]
	});
}
// src/components/table.tsx
/** A table that becomes a card for each row where it has less than 40rem. */
function Table({ caption, columns, rows, keyOf }) {
	return /* @__PURE__ */ a("div", {
		class: "table-box",
		children: /* @__PURE__ */ a("table", {
			class: "table",
			role: "table",
			children: [
				/* @__PURE__ */ a("caption", {
					class: "hidden",
					children: caption
				}),
				/* @__PURE__ */ a("thead", {
					role: "rowgroup",
					children: /* @__PURE__ */ a("tr", {
						role: "row",
						children: columns.map((c) => /* @__PURE__ */ a("th", {
							role: "columnheader",
							scope: "col",
							class: c.number ? "number" : void 0,
							children: c.title
						}, c.key))
					})
				}),
				/* @__PURE__ */ a("tbody", {
					role: "rowgroup",
					children: rows.map((row) => /* @__PURE__ */ a("tr", {
						role: "row",
						children: columns.map((c) => {
							let shared = {
								class: c.number ? "number" : void 0,
								"data-title": c.title
							};
							return c.head ? /* @__PURE__ */ a("th", {
								role: "rowheader",
								scope: "row",
								...shared,
								children: c.cell(row)
							}, c.key) : /* @__PURE__ */ a("td", {
								role: "cell",
								...shared,
								children: c.cell(row)
							}, c.key);
						})
					}, keyOf(row)))
				})
			]
		})
	});
}
// src/views/community-owner.tsx
function announcementColumns() {
	let s = t().community;
	return [
		{
			key: "when",
			title: s.when,
			head: !0,
			cell: (a) => dateTime(a.sent_at || a.received_at)
		},
		{
			key: "state",
			title: s.state,
			cell: (a$5) => /* @__PURE__ */ a(Badge, {
				tone: a$5.state === "waiting" ? "warn" : "plain",
				icon: a$5.state === "waiting" ? "wait" : a$5.state === "sent" ? "up" : "down",
				children: s.announcementStates[a$5.state]
			})
		},
		{
			key: "hash",
			title: s.infohash,
			cell: (a$6) => /* @__PURE__ */ a("span", {
				class: "mono",
				children: short(a$6.infohash ?? "")
			})
		},
		{
			key: "clock",
			title: s.clock,
			number: !0,
			cell: (a$7) => /* @__PURE__ */ a("span", {
				class: "mono",
				children: a$7.clock
			})
		}
	];
}
/** Rounds and announcements of a community that this node archives, and whether others have it. */
function OwnerSection({ of: c }) {
	let s = t().community, query = useQuery(c.id, (signal) => api.announcements(c.id, signal), c.id), list = query.data ?? [], round = roundOf(c.work), newest = c.announcement, waiting = list.filter((a) => a.state === "waiting").length, outbox = waiting > 0 ? s.outboxWaiting(waiting) : s.outboxEmpty, copies = c.limits?.copies;
	return /* @__PURE__ */ a(Section, {
		title: s.owning,
		children: [
			c.forks.length > 0 && /* @__PURE__ */ a(Notice, {
				kind: "warn",
				icon: "alert",
				children: s.forks(c.forks.length)
			}),
			/* @__PURE__ */ a(Facts, { items: [
				{
					name: s.nextRound,
					value: round === 0 ? s.nextRoundNone : relative(Math.max(round, now.value + 1), now.value),
					note: round > now.value ? dateTime(round) : void 0
				},
				{
					name: s.messagesPending,
					value: t().community.messages(number(c.messages.pending))
				},
				{
					name: s.lastAnnouncement,
					value: newest?.sent_at ? relative(newest.sent_at, now.value) : s.lastAnnouncementNone,
					note: newest?.sent_at ? s.tookBy(newest.sent_peers) : void 0
				},
				{
					name: s.outbox,
					value: query.data ? outbox : t().common.unknown
				},
				{
					name: s.rarest,
					value: typeof copies == "number" ? s.copies(copies) : s.copiesUnknown
				}
			] }),
			query.problem && /* @__PURE__ */ a(Trouble, {
				problem: query.problem,
				onRetry: query.again
			}),
			list.length > 0 && /* @__PURE__ */ a(Table, {
				caption: s.announcements,
				columns: announcementColumns(),
				rows: list.slice(0, 6),
				keyOf: (a) => String(a.clock) + (a.infohash ?? "")
			})
		]
	});
}
function workColumns() {
	let s = t().community;
	return [
		{
			key: "part",
			title: s.work,
			head: !0,
			cell: (w) => s.parts[w.part] ?? w.part
		},
		{
			key: "state",
			title: s.state,
			cell: (w) => /* @__PURE__ */ a(Badge, {
				tone: w.attempts >= 3 ? "warn" : w.state === "working" ? "accent" : "plain",
				icon: w.state === "working" ? "work" : w.state === "waiting" ? "wait" : "check",
				children: s.workStates[w.state]
			})
		},
		{
			key: "reason",
			title: s.reason,
			cell: (w) => /* @__PURE__ */ a("bdi", {
				class: "address",
				children: w.reason
			})
		},
		{
			key: "next",
			title: s.nextTry,
			cell: (w) => w.next_try > now.value ? relative(w.next_try, now.value) : ""
		}
	];
}
/** What the node does for a community, part by part. */
function WorkSection({ of: c }) {
	return /* @__PURE__ */ a(Section, {
		title: t().community.work,
		children: /* @__PURE__ */ a(Table, {
			caption: t().community.work,
			columns: workColumns(),
			rows: c.work,
			keyOf: (w) => w.part
		})
	});
}
// node_modules/uplot/dist/uPlot.esm.js
/**
* Copyright (c) 2025, Leon Sorokin
* All rights reserved. (MIT Licensed)
*
* uPlot.js (μPlot)
* A small, fast chart for time series, lines, areas, ohlc & bars
* https://github.com/leeoniya/uPlot (v1.6.32)
*/
var FEAT_TIME = !0, UPLOT = "uplot", ORI_HZ = "u-hz", ORI_VT = "u-vt", TITLE = "u-title", WRAP = "u-wrap", UNDER = "u-under", OVER = "u-over", AXIS = "u-axis", OFF = "u-off", SELECT = "u-select", CURSOR_X = "u-cursor-x", CURSOR_Y = "u-cursor-y", CURSOR_PT = "u-cursor-pt", LEGEND = "u-legend", LEGEND_LIVE = "u-live", LEGEND_INLINE = "u-inline", LEGEND_SERIES = "u-series", LEGEND_MARKER = "u-marker", LEGEND_LABEL = "u-label", LEGEND_VALUE = "u-value", WIDTH = "width", HEIGHT = "height", TOP = "top", BOTTOM = "bottom", LEFT = "left", RIGHT = "right", hexBlack = "#000", transparent = "#0000", mousemove = "mousemove", mousedown = "mousedown", mouseup = "mouseup", mouseenter = "mouseenter", mouseleave = "mouseleave", dblclick = "dblclick", resize = "resize", scroll = "scroll", change = "change", dppxchange = "dppxchange", LEGEND_DISP = "--", domEnv = typeof window < "u", doc = domEnv ? document : null, win = domEnv ? window : null, nav = domEnv ? navigator : null, pxRatio, query;
function setPxRatio() {
	let _pxRatio = devicePixelRatio;
	pxRatio != _pxRatio && (pxRatio = _pxRatio, query && off(change, query, setPxRatio), query = matchMedia(`(min-resolution: ${pxRatio - .001}dppx) and (max-resolution: ${pxRatio + .001}dppx)`), on(change, query, setPxRatio), win.dispatchEvent(new CustomEvent(dppxchange)));
}
function addClass(el, c) {
	if (c != null) {
		let cl = el.classList;
		!cl.contains(c) && cl.add(c);
	}
}
function remClass(el, c) {
	let cl = el.classList;
	cl.contains(c) && cl.remove(c);
}
function setStylePx(el, name, value) {
	el.style[name] = value + "px";
}
function placeTag(tag, cls, targ, refEl) {
	let el = doc.createElement(tag);
	return cls != null && addClass(el, cls), targ?.insertBefore(el, refEl), el;
}
function placeDiv(cls, targ) {
	return placeTag("div", cls, targ);
}
var xformCache = /* @__PURE__ */ new WeakMap();
function elTrans(el, xPos, yPos, xMax, yMax) {
	let xform = "translate(" + xPos + "px," + yPos + "px)";
	xform != xformCache.get(el) && (el.style.transform = xform, xformCache.set(el, xform), xPos < 0 || yPos < 0 || xPos > xMax || yPos > yMax ? addClass(el, OFF) : remClass(el, OFF));
}
var colorCache = /* @__PURE__ */ new WeakMap();
function elColor(el, background, borderColor) {
	let newColor = background + borderColor;
	newColor != colorCache.get(el) && (colorCache.set(el, newColor), el.style.background = background, el.style.borderColor = borderColor);
}
var sizeCache = /* @__PURE__ */ new WeakMap();
function elSize(el, newWid, newHgt, centered) {
	let newSize = newWid + "" + newHgt;
	newSize != sizeCache.get(el) && (sizeCache.set(el, newSize), el.style.height = newHgt + "px", el.style.width = newWid + "px", el.style.marginLeft = centered ? -newWid / 2 + "px" : 0, el.style.marginTop = centered ? -newHgt / 2 + "px" : 0);
}
var evOpts = { passive: !0 }, evOpts2 = {
	...evOpts,
	capture: !0
};
function on(ev, el, cb, capt) {
	el.addEventListener(ev, cb, capt ? evOpts2 : evOpts);
}
function off(ev, el, cb, capt) {
	el.removeEventListener(ev, cb, evOpts);
}
domEnv && setPxRatio();
function closestIdx(num, arr, lo, hi) {
	let mid;
	lo ||= 0, hi ||= arr.length - 1;
	let bitwise = hi <= 2147483647;
	for (; hi - lo > 1;) mid = bitwise ? lo + hi >> 1 : floor((lo + hi) / 2), arr[mid] < num ? lo = mid : hi = mid;
	return num - arr[lo] <= arr[hi] - num ? lo : hi;
}
function makeIndexOfs(predicate) {
	return (data, _i0, _i1) => {
		let i0 = -1, i1 = -1;
		for (let i = _i0; i <= _i1; i++) if (predicate(data[i])) {
			i0 = i;
			break;
		}
		for (let i = _i1; i >= _i0; i--) if (predicate(data[i])) {
			i1 = i;
			break;
		}
		return [i0, i1];
	};
}
var notNullish = (v) => v != null, isPositive = (v) => v != null && v > 0, nonNullIdxs = makeIndexOfs(notNullish), positiveIdxs = makeIndexOfs(isPositive);
function getMinMax(data, _i0, _i1, sorted = 0, log = !1) {
	let getEdgeIdxs = log ? positiveIdxs : nonNullIdxs, predicate = log ? isPositive : notNullish;
	[_i0, _i1] = getEdgeIdxs(data, _i0, _i1);
	let _min = data[_i0], _max = data[_i0];
	if (_i0 > -1) {
		if (sorted == 1) _min = data[_i0], _max = data[_i1];
		else if (sorted == -1) _min = data[_i1], _max = data[_i0];
		else for (let i = _i0; i <= _i1; i++) {
			let v = data[i];
			predicate(v) && (v < _min ? _min = v : v > _max && (_max = v));
		}
	}
	return [_min ?? inf, _max ?? -inf];
}
function rangeLog(min, max, base, fullMags) {
	let minSign = sign(min), maxSign = sign(max);
	min == max && (minSign == -1 ? (min *= base, max /= base) : (min /= base, max *= base));
	let logFn = base == 10 ? log10 : log2, growMinAbs = minSign == 1 ? floor : ceil, growMaxAbs = maxSign == 1 ? ceil : floor, minExp = growMinAbs(logFn(abs(min))), maxExp = growMaxAbs(logFn(abs(max))), minIncr = pow(base, minExp), maxIncr = pow(base, maxExp);
	return base == 10 && (minExp < 0 && (minIncr = roundDec(minIncr, -minExp)), maxExp < 0 && (maxIncr = roundDec(maxIncr, -maxExp))), fullMags || base == 2 ? (min = minIncr * minSign, max = maxIncr * maxSign) : (min = incrRoundDn(min, minIncr), max = incrRoundUp(max, maxIncr)), [min, max];
}
function rangeAsinh(min, max, base, fullMags) {
	let minMax = rangeLog(min, max, base, fullMags);
	return min == 0 && (minMax[0] = 0), max == 0 && (minMax[1] = 0), minMax;
}
var rangePad = .1, autoRangePart = {
	mode: 3,
	pad: rangePad
}, _eqRangePart = {
	pad: 0,
	soft: null,
	mode: 0
}, _eqRange = {
	min: _eqRangePart,
	max: _eqRangePart
};
function rangeNum(_min, _max, mult, extra) {
	return isObj(mult) ? _rangeNum(_min, _max, mult) : (_eqRangePart.pad = mult, _eqRangePart.soft = extra ? 0 : null, _eqRangePart.mode = extra ? 3 : 0, _rangeNum(_min, _max, _eqRange));
}
function ifNull(lh, rh) {
	return lh ?? rh;
}
function hasData(data, idx0, idx1) {
	for (idx0 = ifNull(idx0, 0), idx1 = ifNull(idx1, data.length - 1); idx0 <= idx1;) {
		if (data[idx0] != null) return !0;
		idx0++;
	}
	return !1;
}
function _rangeNum(_min, _max, cfg) {
	let cmin = cfg.min, cmax = cfg.max, padMin = ifNull(cmin.pad, 0), padMax = ifNull(cmax.pad, 0), hardMin = ifNull(cmin.hard, -inf), hardMax = ifNull(cmax.hard, inf), softMin = ifNull(cmin.soft, inf), softMax = ifNull(cmax.soft, -inf), softMinMode = ifNull(cmin.mode, 0), softMaxMode = ifNull(cmax.mode, 0), delta = _max - _min, deltaMag = log10(delta), scalarMax = max(abs(_min), abs(_max)), scalarMagDelta = abs(log10(scalarMax) - deltaMag);
	(delta < 1e-24 || scalarMagDelta > 10) && (delta = 0, (_min == 0 || _max == 0) && (delta = 1e-24, softMinMode == 2 && softMin != inf && (padMin = 0), softMaxMode == 2 && softMax != -inf && (padMax = 0)));
	let nonZeroDelta = delta || scalarMax || 1e3, base = pow(10, floor(log10(nonZeroDelta))), _newMin = roundDec(incrRoundDn(_min - nonZeroDelta * (delta == 0 ? _min == 0 ? .1 : 1 : padMin), base / 10), 24), _softMin = _min >= softMin && (softMinMode == 1 || softMinMode == 3 && _newMin <= softMin || softMinMode == 2 && _newMin >= softMin) ? softMin : inf, minLim = max(hardMin, _newMin < _softMin && _min >= _softMin ? _softMin : min(_softMin, _newMin)), _newMax = roundDec(incrRoundUp(_max + nonZeroDelta * (delta == 0 ? _max == 0 ? .1 : 1 : padMax), base / 10), 24), _softMax = _max <= softMax && (softMaxMode == 1 || softMaxMode == 3 && _newMax >= softMax || softMaxMode == 2 && _newMax <= softMax) ? softMax : -inf, maxLim = min(hardMax, _newMax > _softMax && _max <= _softMax ? _softMax : max(_softMax, _newMax));
	return minLim == maxLim && minLim == 0 && (maxLim = 100), [minLim, maxLim];
}
var numFormatter = new Intl.NumberFormat(domEnv ? nav.language : "en-US"), fmtNum = (val) => numFormatter.format(val), M = Math, PI = M.PI, abs = M.abs, floor = M.floor, round = M.round, ceil = M.ceil, min = M.min, max = M.max, pow = M.pow, sign = M.sign, log10 = M.log10, log2 = M.log2, sinh = (v, linthresh = 1) => M.sinh(v) * linthresh, asinh = (v, linthresh = 1) => M.asinh(v / linthresh), inf = Infinity;
function numIntDigits(x) {
	return (log10((x ^ x >> 31) - (x >> 31)) | 0) + 1;
}
function clamp$1(num, _min, _max) {
	return min(max(num, _min), _max);
}
function isFn(v) {
	return typeof v == "function";
}
function fnOrSelf(v) {
	return isFn(v) ? v : () => v;
}
var noop = () => {}, retArg0 = (_0) => _0, retArg1 = (_0, _1) => _1, retNull = (_) => null, retTrue = (_) => !0, retEq = (a, b) => a == b, regex6 = /\.\d*?(?=9{6,}|0{6,})/gm, fixFloat = (val) => {
	if (isInt(val) || fixedDec.has(val)) return val;
	let str = `${val}`, match = str.match(regex6);
	if (match == null) return val;
	let len = match[0].length - 1;
	if (str.indexOf("e-") != -1) {
		let [num, exp] = str.split("e");
		return +`${fixFloat(num)}e${exp}`;
	}
	return roundDec(val, len);
};
function incrRound(num, incr) {
	return fixFloat(roundDec(fixFloat(num / incr)) * incr);
}
function incrRoundUp(num, incr) {
	return fixFloat(ceil(fixFloat(num / incr)) * incr);
}
function incrRoundDn(num, incr) {
	return fixFloat(floor(fixFloat(num / incr)) * incr);
}
function roundDec(val, dec = 0) {
	if (isInt(val)) return val;
	let p = 10 ** dec;
	return round(val * p * (1 + 2 ** -52)) / p;
}
var fixedDec = /* @__PURE__ */ new Map();
function guessDec(num) {
	return (("" + num).split(".")[1] || "").length;
}
function genIncrs(base, minExp, maxExp, mults) {
	let incrs = [], multDec = mults.map(guessDec);
	for (let exp = minExp; exp < maxExp; exp++) {
		let expa = abs(exp), mag = roundDec(pow(base, exp), expa);
		for (let i = 0; i < mults.length; i++) {
			let _incr = base == 10 ? +`${mults[i]}e${exp}` : mults[i] * mag, dec = (exp >= 0 ? 0 : expa) + (exp >= multDec[i] ? 0 : multDec[i]), incr = base == 10 ? _incr : roundDec(_incr, dec);
			incrs.push(incr), fixedDec.set(incr, dec);
		}
	}
	return incrs;
}
var EMPTY_OBJ = {}, EMPTY_ARR = [], nullNullTuple = [null, null], isArr = Array.isArray, isInt = Number.isInteger, isUndef = (v) => v === void 0;
function isStr(v) {
	return typeof v == "string";
}
function isObj(v) {
	let is = !1;
	if (v != null) {
		let c = v.constructor;
		is = c == null || c == Object;
	}
	return is;
}
function fastIsObj(v) {
	return typeof v == "object" && !!v;
}
var TypedArray = Object.getPrototypeOf(Uint8Array), __proto__ = "__proto__";
function copy(o, _isObj = isObj) {
	let out;
	if (isArr(o)) {
		let val = o.find((v) => v != null);
		if (isArr(val) || _isObj(val)) {
			out = Array(o.length);
			for (let i = 0; i < o.length; i++) out[i] = copy(o[i], _isObj);
		} else out = o.slice();
	} else if (o instanceof TypedArray) out = o.slice();
	else if (_isObj(o)) {
		out = {};
		for (let k in o) k != __proto__ && (out[k] = copy(o[k], _isObj));
	} else out = o;
	return out;
}
function assign(targ) {
	let args = arguments;
	for (let i = 1; i < args.length; i++) {
		let src = args[i];
		for (let key in src) key != __proto__ && (isObj(targ[key]) ? assign(targ[key], copy(src[key])) : targ[key] = copy(src[key]));
	}
	return targ;
}
var NULL_REMOVE = 0, NULL_RETAIN = 1, NULL_EXPAND = 2;
function nullExpand(yVals, nullIdxs, alignedLen) {
	for (let i = 0, xi, lastNullIdx = -1; i < nullIdxs.length; i++) {
		let nullIdx = nullIdxs[i];
		if (nullIdx > lastNullIdx) {
			for (xi = nullIdx - 1; xi >= 0 && yVals[xi] == null;) yVals[xi--] = null;
			for (xi = nullIdx + 1; xi < alignedLen && yVals[xi] == null;) yVals[lastNullIdx = xi++] = null;
		}
	}
}
function join(tables, nullModes) {
	if (allHeadersSame(tables)) {
		let table = tables[0].slice();
		for (let i = 1; i < tables.length; i++) table.push(...tables[i].slice(1));
		return isAsc(table[0]) || (table = sortCols(table)), table;
	}
	let xVals = /* @__PURE__ */ new Set();
	for (let ti = 0; ti < tables.length; ti++) {
		let xs = tables[ti][0], len = xs.length;
		for (let i = 0; i < len; i++) xVals.add(xs[i]);
	}
	let data = [Array.from(xVals).sort((a, b) => a - b)], alignedLen = data[0].length, xIdxs = /* @__PURE__ */ new Map();
	for (let i = 0; i < alignedLen; i++) xIdxs.set(data[0][i], i);
	for (let ti = 0; ti < tables.length; ti++) {
		let t = tables[ti], xs = t[0];
		for (let si = 1; si < t.length; si++) {
			let ys = t[si], yVals = Array(alignedLen).fill(void 0), nullMode = nullModes ? nullModes[ti][si] : NULL_RETAIN, nullIdxs = [];
			for (let i = 0; i < ys.length; i++) {
				let yVal = ys[i], alignedIdx = xIdxs.get(xs[i]);
				yVal === null ? nullMode != NULL_REMOVE && (yVals[alignedIdx] = yVal, nullMode == NULL_EXPAND && nullIdxs.push(alignedIdx)) : yVals[alignedIdx] = yVal;
			}
			nullExpand(yVals, nullIdxs, alignedLen), data.push(yVals);
		}
	}
	return data;
}
var microTask = typeof queueMicrotask > "u" ? (fn) => Promise.resolve().then(fn) : queueMicrotask;
function sortCols(table) {
	let head = table[0], rlen = head.length, idxs = Array(rlen);
	for (let i = 0; i < idxs.length; i++) idxs[i] = i;
	idxs.sort((i0, i1) => head[i0] - head[i1]);
	let table2 = [];
	for (let i = 0; i < table.length; i++) {
		let row = table[i], row2 = Array(rlen);
		for (let j = 0; j < rlen; j++) row2[j] = row[idxs[j]];
		table2.push(row2);
	}
	return table2;
}
function allHeadersSame(tables) {
	let vals0 = tables[0][0], len0 = vals0.length;
	for (let i = 1; i < tables.length; i++) {
		let vals1 = tables[i][0];
		if (vals1.length != len0) return !1;
		if (vals1 != vals0) {
			for (let j = 0; j < len0; j++) if (vals1[j] != vals0[j]) return !1;
		}
	}
	return !0;
}
function isAsc(vals, samples = 100) {
	let len = vals.length;
	if (len <= 1) return !0;
	let firstIdx = 0, lastIdx = len - 1;
	for (; firstIdx <= lastIdx && vals[firstIdx] == null;) firstIdx++;
	for (; lastIdx >= firstIdx && vals[lastIdx] == null;) lastIdx--;
	if (lastIdx <= firstIdx) return !0;
	let stride = max(1, floor((lastIdx - firstIdx + 1) / samples));
	for (let prevVal = vals[firstIdx], i = firstIdx + stride; i <= lastIdx; i += stride) {
		let v = vals[i];
		if (v != null) {
			if (v <= prevVal) return !1;
			prevVal = v;
		}
	}
	return !0;
}
var months = [
	"January",
	"February",
	"March",
	"April",
	"May",
	"June",
	"July",
	"August",
	"September",
	"October",
	"November",
	"December"
], days = [
	"Sunday",
	"Monday",
	"Tuesday",
	"Wednesday",
	"Thursday",
	"Friday",
	"Saturday"
];
function slice3(str) {
	return str.slice(0, 3);
}
var days3 = days.map(slice3), engNames = {
	MMMM: months,
	MMM: months.map(slice3),
	WWWW: days,
	WWW: days3
};
function zeroPad2(int) {
	return (int < 10 ? "0" : "") + int;
}
function zeroPad3(int) {
	return (int < 10 ? "00" : int < 100 ? "0" : "") + int;
}
var subs = {
	YYYY: (d) => d.getFullYear(),
	YY: (d) => (d.getFullYear() + "").slice(2),
	MMMM: (d, names) => names.MMMM[d.getMonth()],
	MMM: (d, names) => names.MMM[d.getMonth()],
	MM: (d) => zeroPad2(d.getMonth() + 1),
	M: (d) => d.getMonth() + 1,
	DD: (d) => zeroPad2(d.getDate()),
	D: (d) => d.getDate(),
	WWWW: (d, names) => names.WWWW[d.getDay()],
	WWW: (d, names) => names.WWW[d.getDay()],
	HH: (d) => zeroPad2(d.getHours()),
	H: (d) => d.getHours(),
	h: (d) => {
		let h = d.getHours();
		return h == 0 ? 12 : h > 12 ? h - 12 : h;
	},
	AA: (d) => d.getHours() >= 12 ? "PM" : "AM",
	aa: (d) => d.getHours() >= 12 ? "pm" : "am",
	a: (d) => d.getHours() >= 12 ? "p" : "a",
	mm: (d) => zeroPad2(d.getMinutes()),
	m: (d) => d.getMinutes(),
	ss: (d) => zeroPad2(d.getSeconds()),
	s: (d) => d.getSeconds(),
	fff: (d) => zeroPad3(d.getMilliseconds())
};
function fmtDate(tpl, names) {
	names ||= engNames;
	let parts = [], R = /\{([a-z]+)\}|[^{]+/gi, m;
	for (; m = R.exec(tpl);) parts.push(m[0][0] == "{" ? subs[m[1]] : m[0]);
	return (d) => {
		let out = "";
		for (let i = 0; i < parts.length; i++) out += typeof parts[i] == "string" ? parts[i] : parts[i](d, names);
		return out;
	};
}
var localTz = new Intl.DateTimeFormat().resolvedOptions().timeZone;
function tzDate(date, tz) {
	let date2;
	return tz == "UTC" || tz == "Etc/UTC" ? date2 = /* @__PURE__ */ new Date(+date + date.getTimezoneOffset() * 6e4) : tz == localTz ? date2 = date : (date2 = new Date(date.toLocaleString("en-US", { timeZone: tz })), date2.setMilliseconds(date.getMilliseconds())), date2;
}
var onlyWhole = (v) => v % 1 == 0, allMults = [
	1,
	2,
	2.5,
	5
], decIncrs = genIncrs(10, -32, 0, allMults), oneIncrs = genIncrs(10, 0, 32, allMults), wholeIncrs = oneIncrs.filter(onlyWhole), numIncrs = decIncrs.concat(oneIncrs), NL = "\n", yyyy = "{YYYY}", NLyyyy = NL + yyyy, md = "{M}/{D}", NLmd = NL + md, NLmdyy = NLmd + "/{YY}", aa = "{aa}", hmmaa = "{h}:{mm}" + aa, NLhmmaa = NL + hmmaa, ss = ":{ss}", _ = null;
function genTimeStuffs(ms) {
	let s = ms * 1e3, m = s * 60, h = m * 60, d = h * 24, mo = d * 30, y = d * 365, timeIncrs = (ms == 1 ? genIncrs(10, 0, 3, allMults).filter(onlyWhole) : genIncrs(10, -3, 0, allMults)).concat([
		s,
		s * 5,
		s * 10,
		s * 15,
		s * 30,
		m,
		m * 5,
		m * 10,
		m * 15,
		m * 30,
		h,
		h * 2,
		h * 3,
		h * 4,
		h * 6,
		h * 8,
		h * 12,
		d,
		d * 2,
		d * 3,
		d * 4,
		d * 5,
		d * 6,
		d * 7,
		d * 8,
		d * 9,
		d * 10,
		d * 15,
		mo,
		mo * 2,
		mo * 3,
		mo * 4,
		mo * 6,
		y,
		y * 2,
		y * 5,
		y * 10,
		y * 25,
		y * 50,
		y * 100
	]), _timeAxisStamps = [
		[
			y,
			yyyy,
			_,
			_,
			_,
			_,
			_,
			_,
			1
		],
		[
			d * 28,
			"{MMM}",
			NLyyyy,
			_,
			_,
			_,
			_,
			_,
			1
		],
		[
			d,
			md,
			NLyyyy,
			_,
			_,
			_,
			_,
			_,
			1
		],
		[
			h,
			"{h}" + aa,
			NLmdyy,
			_,
			NLmd,
			_,
			_,
			_,
			1
		],
		[
			m,
			hmmaa,
			NLmdyy,
			_,
			NLmd,
			_,
			_,
			_,
			1
		],
		[
			s,
			ss,
			NLmdyy + " " + hmmaa,
			_,
			NLmd + " " + hmmaa,
			_,
			NLhmmaa,
			_,
			1
		],
		[
			ms,
			ss + ".{fff}",
			NLmdyy + " " + hmmaa,
			_,
			NLmd + " " + hmmaa,
			_,
			NLhmmaa,
			_,
			1
		]
	];
	function timeAxisSplits(tzDate) {
		return (self, axisIdx, scaleMin, scaleMax, foundIncr, foundSpace) => {
			let splits = [], isYr = foundIncr >= y, isMo = foundIncr >= mo && foundIncr < y, minDate = tzDate(scaleMin), minDateTs = roundDec(minDate * ms, 3), minMin = mkDate(minDate.getFullYear(), isYr ? 0 : minDate.getMonth(), isMo || isYr ? 1 : minDate.getDate()), minMinTs = roundDec(minMin * ms, 3);
			if (isMo || isYr) {
				let moIncr = isMo ? foundIncr / mo : 0, yrIncr = isYr ? foundIncr / y : 0, split = minDateTs == minMinTs ? minDateTs : roundDec(mkDate(minMin.getFullYear() + yrIncr, minMin.getMonth() + moIncr, 1) * ms, 3), splitDate = new Date(round(split / ms)), baseYear = splitDate.getFullYear(), baseMonth = splitDate.getMonth();
				for (let i = 0; split <= scaleMax; i++) {
					let next = mkDate(baseYear + yrIncr * i, baseMonth + moIncr * i, 1), offs = next - tzDate(roundDec(next * ms, 3));
					split = roundDec((+next + offs) * ms, 3), split <= scaleMax && splits.push(split);
				}
			} else {
				let incr0 = foundIncr >= d ? d : foundIncr, split = minMinTs + (floor(scaleMin) - floor(minDateTs)) + incrRoundUp(minDateTs - minMinTs, incr0);
				splits.push(split);
				let date0 = tzDate(split), prevHour = date0.getHours() + date0.getMinutes() / m + date0.getSeconds() / h, incrHours = foundIncr / h, pctSpace = foundSpace / self.axes[axisIdx]._space;
				for (; split = roundDec(split + foundIncr, ms == 1 ? 0 : 3), !(split > scaleMax);) if (incrHours > 1) {
					let expectedHour = floor(roundDec(prevHour + incrHours, 6)) % 24, dstShift = tzDate(split).getHours() - expectedHour;
					dstShift > 1 && (dstShift = -1), split -= dstShift * h, prevHour = (prevHour + incrHours) % 24;
					let prevSplit = splits[splits.length - 1];
					roundDec((split - prevSplit) / foundIncr, 3) * pctSpace >= .7 && splits.push(split);
				} else splits.push(split);
			}
			return splits;
		};
	}
	return [
		timeIncrs,
		_timeAxisStamps,
		timeAxisSplits
	];
}
var [timeIncrsMs, _timeAxisStampsMs, timeAxisSplitsMs] = genTimeStuffs(1), [timeIncrsS, _timeAxisStampsS, timeAxisSplitsS] = genTimeStuffs(.001);
genIncrs(2, -53, 53, [1]);
function timeAxisStamps(stampCfg, fmtDate) {
	return stampCfg.map((s) => s.map((v, i) => i == 0 || i == 8 || v == null ? v : fmtDate(i == 1 || s[8] == 0 ? v : s[1] + v)));
}
function timeAxisVals(tzDate, stamps) {
	return (self, splits, axisIdx, foundSpace, foundIncr) => {
		let s = stamps.find((s) => foundIncr >= s[0]) || stamps[stamps.length - 1], prevYear, prevMnth, prevDate, prevHour, prevMins, prevSecs;
		return splits.map((split) => {
			let date = tzDate(split), newYear = date.getFullYear(), newMnth = date.getMonth(), newDate = date.getDate(), newHour = date.getHours(), newMins = date.getMinutes(), newSecs = date.getSeconds(), stamp = newYear != prevYear && s[2] || newMnth != prevMnth && s[3] || newDate != prevDate && s[4] || newHour != prevHour && s[5] || newMins != prevMins && s[6] || newSecs != prevSecs && s[7] || s[1];
			return prevYear = newYear, prevMnth = newMnth, prevDate = newDate, prevHour = newHour, prevMins = newMins, prevSecs = newSecs, stamp(date);
		});
	};
}
function timeAxisVal(tzDate, dateTpl) {
	let stamp = fmtDate(dateTpl);
	return (self, splits, axisIdx, foundSpace, foundIncr) => splits.map((split) => stamp(tzDate(split)));
}
function mkDate(y, m, d) {
	return new Date(y, m, d);
}
function timeSeriesStamp(stampCfg, fmtDate) {
	return fmtDate(stampCfg);
}
var _timeSeriesStamp = "{YYYY}-{MM}-{DD} {h}:{mm}{aa}";
function timeSeriesVal(tzDate, stamp) {
	return (self, val, seriesIdx, dataIdx) => dataIdx == null ? LEGEND_DISP : stamp(tzDate(val));
}
function legendStroke(self, seriesIdx) {
	let s = self.series[seriesIdx];
	return s.width ? s.stroke(self, seriesIdx) : s.points.width ? s.points.stroke(self, seriesIdx) : null;
}
function legendFill(self, seriesIdx) {
	return self.series[seriesIdx].fill(self, seriesIdx);
}
var legendOpts = {
	show: !0,
	live: !0,
	isolate: !1,
	mount: noop,
	markers: {
		show: !0,
		width: 2,
		stroke: legendStroke,
		fill: legendFill,
		dash: "solid"
	},
	idx: null,
	idxs: null,
	values: []
};
function cursorPointShow(self, si) {
	let o = self.cursor.points, pt = placeDiv(), size = o.size(self, si);
	setStylePx(pt, WIDTH, size), setStylePx(pt, HEIGHT, size);
	let mar = size / -2;
	setStylePx(pt, "marginLeft", mar), setStylePx(pt, "marginTop", mar);
	let width = o.width(self, si, size);
	return width && setStylePx(pt, "borderWidth", width), pt;
}
function cursorPointFill(self, si) {
	let sp = self.series[si].points;
	return sp._fill || sp._stroke;
}
function cursorPointStroke(self, si) {
	let sp = self.series[si].points;
	return sp._stroke || sp._fill;
}
function cursorPointSize(self, si) {
	return self.series[si].points.size;
}
var moveTuple = [0, 0];
function cursorMove(self, mouseLeft1, mouseTop1) {
	return moveTuple[0] = mouseLeft1, moveTuple[1] = mouseTop1, moveTuple;
}
function filtBtn0(self, targ, handle, onlyTarg = !0) {
	return (e) => {
		e.button != 0 || onlyTarg && e.target != targ || handle(e);
	};
}
function filtTarg(self, targ, handle, onlyTarg = !0) {
	return (e) => {
		onlyTarg && e.target != targ || handle(e);
	};
}
var cursorOpts = {
	show: !0,
	x: !0,
	y: !0,
	lock: !1,
	move: cursorMove,
	points: {
		one: !1,
		show: cursorPointShow,
		size: cursorPointSize,
		width: 0,
		stroke: cursorPointStroke,
		fill: cursorPointFill
	},
	bind: {
		mousedown: filtBtn0,
		mouseup: filtBtn0,
		click: filtBtn0,
		dblclick: filtBtn0,
		mousemove: filtTarg,
		mouseleave: filtTarg,
		mouseenter: filtTarg
	},
	drag: {
		setScale: !0,
		x: !0,
		y: !1,
		dist: 0,
		uni: null,
		click: (self, e) => {
			e.stopPropagation(), e.stopImmediatePropagation();
		},
		_x: !1,
		_y: !1
	},
	focus: {
		dist: (self, seriesIdx, dataIdx, valPos, curPos) => valPos - curPos,
		prox: -1,
		bias: 0
	},
	hover: {
		skip: [void 0],
		prox: null,
		bias: 0
	},
	left: -10,
	top: -10,
	idx: null,
	dataIdx: null,
	idxs: null,
	event: null
}, axisLines = {
	show: !0,
	stroke: "rgba(0,0,0,0.07)",
	width: 2
}, grid = assign({}, axisLines, { filter: retArg1 }), ticks = assign({}, grid, { size: 10 }), border = assign({}, axisLines, { show: !1 }), font = "12px system-ui, -apple-system, \"Segoe UI\", Roboto, \"Helvetica Neue\", Arial, \"Noto Sans\", sans-serif, \"Apple Color Emoji\", \"Segoe UI Emoji\", \"Segoe UI Symbol\", \"Noto Color Emoji\"", labelFont = "bold " + font, lineGap = 1.5, xAxisOpts = {
	show: !0,
	scale: "x",
	stroke: hexBlack,
	space: 50,
	gap: 5,
	alignTo: 1,
	size: 50,
	labelGap: 0,
	labelSize: 30,
	labelFont,
	side: 2,
	grid,
	ticks,
	border,
	font,
	lineGap,
	rotate: 0
}, numSeriesLabel = "Value", timeSeriesLabel = "Time", xSeriesOpts = {
	show: !0,
	scale: "x",
	auto: !1,
	sorted: 1,
	min: inf,
	max: -Infinity,
	idxs: []
};
function numAxisVals(self, splits, axisIdx, foundSpace, foundIncr) {
	return splits.map((v) => v == null ? "" : fmtNum(v));
}
function numAxisSplits(self, axisIdx, scaleMin, scaleMax, foundIncr, foundSpace, forceMin) {
	let splits = [], numDec = fixedDec.get(foundIncr) || 0;
	scaleMin = forceMin ? scaleMin : roundDec(incrRoundUp(scaleMin, foundIncr), numDec);
	for (let val = scaleMin; val <= scaleMax; val = roundDec(val + foundIncr, numDec)) splits.push(Object.is(val, -0) ? 0 : val);
	return splits;
}
function logAxisSplits(self, axisIdx, scaleMin, scaleMax, foundIncr, foundSpace, forceMin) {
	let splits = [], logBase = self.scales[self.axes[axisIdx].scale].log;
	foundIncr = pow(logBase, floor((logBase == 10 ? log10 : log2)(scaleMin))), logBase == 10 && (foundIncr = numIncrs[closestIdx(foundIncr, numIncrs)]);
	let split = scaleMin, nextMagIncr = foundIncr * logBase;
	logBase == 10 && (nextMagIncr = numIncrs[closestIdx(nextMagIncr, numIncrs)]);
	do
		splits.push(split), split += foundIncr, logBase == 10 && !fixedDec.has(split) && (split = roundDec(split, fixedDec.get(foundIncr))), split >= nextMagIncr && (foundIncr = split, nextMagIncr = foundIncr * logBase, logBase == 10 && (nextMagIncr = numIncrs[closestIdx(nextMagIncr, numIncrs)]));
	while (split <= scaleMax);
	return splits;
}
function asinhAxisSplits(self, axisIdx, scaleMin, scaleMax, foundIncr, foundSpace, forceMin) {
	let linthresh = self.scales[self.axes[axisIdx].scale].asinh, posSplits = scaleMax > linthresh ? logAxisSplits(self, axisIdx, max(linthresh, scaleMin), scaleMax, foundIncr) : [linthresh], zero = scaleMax >= 0 && scaleMin <= 0 ? [0] : [];
	return (scaleMin < -linthresh ? logAxisSplits(self, axisIdx, max(linthresh, -scaleMax), -scaleMin, foundIncr) : [linthresh]).reverse().map((v) => -v).concat(zero, posSplits);
}
var RE_ALL = /./, RE_12357 = /[12357]/, RE_125 = /[125]/, RE_1 = /1/, _filt = (splits, distr, re, keepMod) => splits.map((v, i) => distr == 4 && v == 0 || i % keepMod == 0 && re.test(v.toExponential()[+(v < 0)]) ? v : null);
function log10AxisValsFilt(self, splits, axisIdx, foundSpace, foundIncr) {
	let axis = self.axes[axisIdx], scaleKey = axis.scale, sc = self.scales[scaleKey], valToPos = self.valToPos, minSpace = axis._space, _10 = valToPos(10, scaleKey), re = valToPos(9, scaleKey) - _10 >= minSpace ? RE_ALL : valToPos(7, scaleKey) - _10 >= minSpace ? RE_12357 : valToPos(5, scaleKey) - _10 >= minSpace ? RE_125 : RE_1;
	if (re == RE_1) {
		let magSpace = abs(valToPos(1, scaleKey) - _10);
		if (magSpace < minSpace) return _filt(splits.slice().reverse(), sc.distr, re, ceil(minSpace / magSpace)).reverse();
	}
	return _filt(splits, sc.distr, re, 1);
}
function log2AxisValsFilt(self, splits, axisIdx, foundSpace, foundIncr) {
	let axis = self.axes[axisIdx], scaleKey = axis.scale, minSpace = axis._space, valToPos = self.valToPos, magSpace = abs(valToPos(1, scaleKey) - valToPos(2, scaleKey));
	return magSpace < minSpace ? _filt(splits.slice().reverse(), 3, RE_ALL, ceil(minSpace / magSpace)).reverse() : splits;
}
function numSeriesVal(self, val, seriesIdx, dataIdx) {
	return dataIdx == null ? LEGEND_DISP : val == null ? "" : fmtNum(val);
}
var yAxisOpts = {
	show: !0,
	scale: "y",
	stroke: hexBlack,
	space: 30,
	gap: 5,
	alignTo: 1,
	size: 50,
	labelGap: 0,
	labelSize: 30,
	labelFont,
	side: 3,
	grid,
	ticks,
	border,
	font,
	lineGap,
	rotate: 0
};
function ptDia(width, mult) {
	return roundDec((3 + (width || 1) * 2) * mult, 3);
}
function seriesPointsShow(self, si) {
	let { scale, idxs } = self.series[0], xData = self._data[0], p0 = self.valToPos(xData[idxs[0]], scale, !0), maxPts = abs(self.valToPos(xData[idxs[1]], scale, !0) - p0) / (self.series[si].points.space * pxRatio);
	return idxs[1] - idxs[0] <= maxPts;
}
var facet = {
	scale: null,
	auto: !0,
	sorted: 0,
	min: inf,
	max: -Infinity
}, gaps = (self, seriesIdx, idx0, idx1, nullGaps) => nullGaps, xySeriesOpts = {
	show: !0,
	auto: !0,
	sorted: 0,
	gaps,
	alpha: 1,
	facets: [assign({}, facet, { scale: "x" }), assign({}, facet, { scale: "y" })]
}, ySeriesOpts = {
	scale: "y",
	auto: !0,
	sorted: 0,
	show: !0,
	spanGaps: !1,
	gaps,
	alpha: 1,
	points: {
		show: seriesPointsShow,
		filter: null
	},
	values: null,
	min: inf,
	max: -Infinity,
	idxs: [],
	path: null,
	clip: null
};
function clampScale(self, val, scaleMin, scaleMax, scaleKey) {
	return scaleMin / 10;
}
var xScaleOpts = {
	time: FEAT_TIME,
	auto: !0,
	distr: 1,
	log: 10,
	asinh: 1,
	min: null,
	max: null,
	dir: 1,
	ori: 0
}, yScaleOpts = assign({}, xScaleOpts, {
	time: !1,
	ori: 1
}), syncs = {};
function _sync(key, opts) {
	let s = syncs[key];
	return s || (s = {
		key,
		plots: [],
		sub(plot) {
			s.plots.push(plot);
		},
		unsub(plot) {
			s.plots = s.plots.filter((c) => c != plot);
		},
		pub(type, self, x, y, w, h, i) {
			for (let j = 0; j < s.plots.length; j++) s.plots[j] != self && s.plots[j].pub(type, self, x, y, w, h, i);
		}
	}, key != null && (syncs[key] = s)), s;
}
var BAND_CLIP_FILL = 1, BAND_CLIP_STROKE = 2;
function orient(u, seriesIdx, cb) {
	let mode = u.mode, series = u.series[seriesIdx], data = mode == 2 ? u._data[seriesIdx] : u._data, scales = u.scales, bbox = u.bbox, dx = data[0], dy = mode == 2 ? data[1] : data[seriesIdx], sx = mode == 2 ? scales[series.facets[0].scale] : scales[u.series[0].scale], sy = mode == 2 ? scales[series.facets[1].scale] : scales[series.scale], l = bbox.left, t = bbox.top, w = bbox.width, h = bbox.height, H = u.valToPosH, V = u.valToPosV;
	return sx.ori == 0 ? cb(series, dx, dy, sx, sy, H, V, l, t, w, h, moveToH, lineToH, rectH, arcH, bezierCurveToH) : cb(series, dx, dy, sx, sy, V, H, t, l, h, w, moveToV, lineToV, rectV, arcV, bezierCurveToV);
}
function bandFillClipDirs(self, seriesIdx) {
	let fillDir = 0, clipDirs = 0, bands = ifNull(self.bands, EMPTY_ARR);
	for (let i = 0; i < bands.length; i++) {
		let b = bands[i];
		b.series[0] == seriesIdx ? fillDir = b.dir : b.series[1] == seriesIdx && (b.dir == 1 ? clipDirs |= 1 : clipDirs |= 2);
	}
	return [fillDir, clipDirs == 1 ? -1 : clipDirs == 2 ? 1 : clipDirs == 3 ? 2 : 0];
}
function seriesFillTo(self, seriesIdx, dataMin, dataMax, bandFillDir) {
	let mode = self.mode, series = self.series[seriesIdx], scaleKey = mode == 2 ? series.facets[1].scale : series.scale, scale = self.scales[scaleKey];
	return bandFillDir == -1 ? scale.min : bandFillDir == 1 ? scale.max : scale.distr == 3 ? scale.dir == 1 ? scale.min : scale.max : 0;
}
function clipBandLine(self, seriesIdx, idx0, idx1, strokePath, clipDir) {
	return orient(self, seriesIdx, (series, dataX, dataY, scaleX, scaleY, valToPosX, valToPosY, xOff, yOff, xDim, yDim) => {
		let pxRound = series.pxRound, dir = scaleX.dir * (scaleX.ori == 0 ? 1 : -1), lineTo = scaleX.ori == 0 ? lineToH : lineToV, frIdx, toIdx;
		dir == 1 ? (frIdx = idx0, toIdx = idx1) : (frIdx = idx1, toIdx = idx0);
		let x0 = pxRound(valToPosX(dataX[frIdx], scaleX, xDim, xOff)), y0 = pxRound(valToPosY(dataY[frIdx], scaleY, yDim, yOff)), x1 = pxRound(valToPosX(dataX[toIdx], scaleX, xDim, xOff)), yLimit = pxRound(valToPosY(clipDir == 1 ? scaleY.max : scaleY.min, scaleY, yDim, yOff)), clip = new Path2D(strokePath);
		return lineTo(clip, x1, yLimit), lineTo(clip, x0, yLimit), lineTo(clip, x0, y0), clip;
	});
}
function clipGaps(gaps, ori, plotLft, plotTop, plotWid, plotHgt) {
	let clip = null;
	if (gaps.length > 0) {
		clip = new Path2D();
		let rect = ori == 0 ? rectH : rectV, prevGapEnd = plotLft;
		for (let i = 0; i < gaps.length; i++) {
			let g = gaps[i];
			if (g[1] > g[0]) {
				let w = g[0] - prevGapEnd;
				w > 0 && rect(clip, prevGapEnd, plotTop, w, plotTop + plotHgt), prevGapEnd = g[1];
			}
		}
		let w = plotLft + plotWid - prevGapEnd;
		w > 0 && rect(clip, prevGapEnd, plotTop - 5, w, plotTop + plotHgt + 10);
	}
	return clip;
}
function addGap(gaps, fromX, toX) {
	let prevGap = gaps[gaps.length - 1];
	prevGap && prevGap[0] == fromX ? prevGap[1] = toX : gaps.push([fromX, toX]);
}
function findGaps(xs, ys, idx0, idx1, dir, pixelForX, align) {
	let gaps = [], len = xs.length;
	for (let i = dir == 1 ? idx0 : idx1; i >= idx0 && i <= idx1; i += dir) if (ys[i] === null) {
		let fr = i, to = i;
		if (dir == 1) for (; ++i <= idx1 && ys[i] === null;) to = i;
		else for (; --i >= idx0 && ys[i] === null;) to = i;
		let frPx = pixelForX(xs[fr]), toPx = to == fr ? frPx : pixelForX(xs[to]), fri2 = fr - dir;
		frPx = align <= 0 && fri2 >= 0 && fri2 < len ? pixelForX(xs[fri2]) : frPx;
		let toi2 = to + dir;
		toPx = align >= 0 && toi2 >= 0 && toi2 < len ? pixelForX(xs[toi2]) : toPx, toPx >= frPx && gaps.push([frPx, toPx]);
	}
	return gaps;
}
function pxRoundGen(pxAlign) {
	return pxAlign == 0 ? retArg0 : pxAlign == 1 ? round : (v) => incrRound(v, pxAlign);
}
function rect(ori) {
	let moveTo = ori == 0 ? moveToH : moveToV, arcTo = ori == 0 ? (p, x1, y1, x2, y2, r) => {
		p.arcTo(x1, y1, x2, y2, r);
	} : (p, y1, x1, y2, x2, r) => {
		p.arcTo(x1, y1, x2, y2, r);
	}, rect = ori == 0 ? (p, x, y, w, h) => {
		p.rect(x, y, w, h);
	} : (p, y, x, h, w) => {
		p.rect(x, y, w, h);
	};
	return (p, x, y, w, h, endRad = 0, baseRad = 0) => {
		endRad == 0 && baseRad == 0 ? rect(p, x, y, w, h) : (endRad = min(endRad, w / 2, h / 2), baseRad = min(baseRad, w / 2, h / 2), moveTo(p, x + endRad, y), arcTo(p, x + w, y, x + w, y + h, endRad), arcTo(p, x + w, y + h, x, y + h, baseRad), arcTo(p, x, y + h, x, y, baseRad), arcTo(p, x, y, x + w, y, endRad), p.closePath());
	};
}
var moveToH = (p, x, y) => {
	p.moveTo(x, y);
}, moveToV = (p, y, x) => {
	p.moveTo(x, y);
}, lineToH = (p, x, y) => {
	p.lineTo(x, y);
}, lineToV = (p, y, x) => {
	p.lineTo(x, y);
}, rectH = rect(0), rectV = rect(1), arcH = (p, x, y, r, startAngle, endAngle) => {
	p.arc(x, y, r, startAngle, endAngle);
}, arcV = (p, y, x, r, startAngle, endAngle) => {
	p.arc(x, y, r, startAngle, endAngle);
}, bezierCurveToH = (p, bp1x, bp1y, bp2x, bp2y, p2x, p2y) => {
	p.bezierCurveTo(bp1x, bp1y, bp2x, bp2y, p2x, p2y);
}, bezierCurveToV = (p, bp1y, bp1x, bp2y, bp2x, p2y, p2x) => {
	p.bezierCurveTo(bp1x, bp1y, bp2x, bp2y, p2x, p2y);
};
function points(opts) {
	return (u, seriesIdx, idx0, idx1, filtIdxs) => orient(u, seriesIdx, (series, dataX, dataY, scaleX, scaleY, valToPosX, valToPosY, xOff, yOff, xDim, yDim) => {
		let { pxRound, points } = series, moveTo, arc;
		scaleX.ori == 0 ? (moveTo = moveToH, arc = arcH) : (moveTo = moveToV, arc = arcV);
		let width = roundDec(points.width * pxRatio, 3), rad = (points.size - points.width) / 2 * pxRatio, dia = roundDec(rad * 2, 3), fill = new Path2D(), clip = new Path2D(), { left: lft, top, width: wid, height: hgt } = u.bbox;
		rectH(clip, lft - dia, top - dia, wid + dia * 2, hgt + dia * 2);
		let drawPoint = (pi) => {
			if (dataY[pi] != null) {
				let x = pxRound(valToPosX(dataX[pi], scaleX, xDim, xOff)), y = pxRound(valToPosY(dataY[pi], scaleY, yDim, yOff));
				moveTo(fill, x + rad, y), arc(fill, x, y, rad, 0, PI * 2);
			}
		};
		if (filtIdxs) filtIdxs.forEach(drawPoint);
		else for (let pi = idx0; pi <= idx1; pi++) drawPoint(pi);
		return {
			stroke: width > 0 ? fill : null,
			fill,
			clip,
			flags: 3
		};
	});
}
function _drawAcc(lineTo) {
	return (stroke, accX, minY, maxY, inY, outY) => {
		minY != maxY && (inY != minY && outY != minY && lineTo(stroke, accX, minY), inY != maxY && outY != maxY && lineTo(stroke, accX, maxY), lineTo(stroke, accX, outY));
	};
}
var drawAccH = _drawAcc(lineToH), drawAccV = _drawAcc(lineToV);
function linear(opts) {
	let alignGaps = ifNull(opts?.alignGaps, 0);
	return (u, seriesIdx, idx0, idx1) => orient(u, seriesIdx, (series, dataX, dataY, scaleX, scaleY, valToPosX, valToPosY, xOff, yOff, xDim, yDim) => {
		[idx0, idx1] = nonNullIdxs(dataY, idx0, idx1);
		let pxRound = series.pxRound, pixelForX = (val) => pxRound(valToPosX(val, scaleX, xDim, xOff)), pixelForY = (val) => pxRound(valToPosY(val, scaleY, yDim, yOff)), lineTo, drawAcc;
		scaleX.ori == 0 ? (lineTo = lineToH, drawAcc = drawAccH) : (lineTo = lineToV, drawAcc = drawAccV);
		let dir = scaleX.dir * (scaleX.ori == 0 ? 1 : -1), _paths = {
			stroke: new Path2D(),
			fill: null,
			clip: null,
			band: null,
			gaps: null,
			flags: BAND_CLIP_FILL
		}, stroke = _paths.stroke, hasGap = !1;
		if (idx1 - idx0 >= xDim * 4) {
			let xForPixel = (pos) => u.posToVal(pos, scaleX.key, !0), minY = null, maxY = null, inY, outY, drawnAtX, accX = pixelForX(dataX[dir == 1 ? idx0 : idx1]), idx0px = pixelForX(dataX[idx0]), idx1px = pixelForX(dataX[idx1]), nextAccXVal = xForPixel(dir == 1 ? idx0px + 1 : idx1px - 1);
			for (let i = dir == 1 ? idx0 : idx1; i >= idx0 && i <= idx1; i += dir) {
				let xVal = dataX[i], x = (dir == 1 ? xVal < nextAccXVal : xVal > nextAccXVal) ? accX : pixelForX(xVal), yVal = dataY[i];
				x == accX ? yVal == null ? yVal === null && (hasGap = !0) : (outY = yVal, minY == null ? (lineTo(stroke, x, pixelForY(outY)), inY = minY = maxY = outY) : outY < minY ? minY = outY : outY > maxY && (maxY = outY)) : (minY != null && drawAcc(stroke, accX, pixelForY(minY), pixelForY(maxY), pixelForY(inY), pixelForY(outY)), yVal == null ? (minY = maxY = null, yVal === null && (hasGap = !0)) : (outY = yVal, lineTo(stroke, x, pixelForY(outY)), minY = maxY = inY = outY), accX = x, nextAccXVal = xForPixel(accX + dir));
			}
			minY != null && minY != maxY && drawnAtX != accX && drawAcc(stroke, accX, pixelForY(minY), pixelForY(maxY), pixelForY(inY), pixelForY(outY));
		} else for (let i = dir == 1 ? idx0 : idx1; i >= idx0 && i <= idx1; i += dir) {
			let yVal = dataY[i];
			yVal === null ? hasGap = !0 : yVal != null && lineTo(stroke, pixelForX(dataX[i]), pixelForY(yVal));
		}
		let [bandFillDir, bandClipDir] = bandFillClipDirs(u, seriesIdx);
		if (series.fill != null || bandFillDir != 0) {
			let fill = _paths.fill = new Path2D(stroke), fillToY = pixelForY(series.fillTo(u, seriesIdx, series.min, series.max, bandFillDir)), frX = pixelForX(dataX[idx0]), toX = pixelForX(dataX[idx1]);
			dir == -1 && ([toX, frX] = [frX, toX]), lineTo(fill, toX, fillToY), lineTo(fill, frX, fillToY);
		}
		if (!series.spanGaps) {
			let gaps = [];
			hasGap && gaps.push(...findGaps(dataX, dataY, idx0, idx1, dir, pixelForX, alignGaps)), _paths.gaps = gaps = series.gaps(u, seriesIdx, idx0, idx1, gaps), _paths.clip = clipGaps(gaps, scaleX.ori, xOff, yOff, xDim, yDim);
		}
		return bandClipDir != 0 && (_paths.band = bandClipDir == 2 ? [clipBandLine(u, seriesIdx, idx0, idx1, stroke, -1), clipBandLine(u, seriesIdx, idx0, idx1, stroke, 1)] : clipBandLine(u, seriesIdx, idx0, idx1, stroke, bandClipDir)), _paths;
	});
}
function stepped(opts) {
	let align = ifNull(opts.align, 1), ascDesc = ifNull(opts.ascDesc, !1), alignGaps = ifNull(opts.alignGaps, 0), extend = ifNull(opts.extend, !1);
	return (u, seriesIdx, idx0, idx1) => orient(u, seriesIdx, (series, dataX, dataY, scaleX, scaleY, valToPosX, valToPosY, xOff, yOff, xDim, yDim) => {
		[idx0, idx1] = nonNullIdxs(dataY, idx0, idx1);
		let pxRound = series.pxRound, { left, width } = u.bbox, pixelForX = (val) => pxRound(valToPosX(val, scaleX, xDim, xOff)), pixelForY = (val) => pxRound(valToPosY(val, scaleY, yDim, yOff)), lineTo = scaleX.ori == 0 ? lineToH : lineToV, _paths = {
			stroke: new Path2D(),
			fill: null,
			clip: null,
			band: null,
			gaps: null,
			flags: BAND_CLIP_FILL
		}, stroke = _paths.stroke, dir = scaleX.dir * (scaleX.ori == 0 ? 1 : -1), prevYPos = pixelForY(dataY[dir == 1 ? idx0 : idx1]), firstXPos = pixelForX(dataX[dir == 1 ? idx0 : idx1]), prevXPos = firstXPos, firstXPosExt = firstXPos;
		extend && align == -1 && (firstXPosExt = left, lineTo(stroke, firstXPosExt, prevYPos)), lineTo(stroke, firstXPos, prevYPos);
		for (let i = dir == 1 ? idx0 : idx1; i >= idx0 && i <= idx1; i += dir) {
			let yVal1 = dataY[i];
			if (yVal1 == null) continue;
			let x1 = pixelForX(dataX[i]), y1 = pixelForY(yVal1);
			align == 1 ? lineTo(stroke, x1, prevYPos) : lineTo(stroke, prevXPos, y1), lineTo(stroke, x1, y1), prevYPos = y1, prevXPos = x1;
		}
		let prevXPosExt = prevXPos;
		extend && align == 1 && (prevXPosExt = left + width, lineTo(stroke, prevXPosExt, prevYPos));
		let [bandFillDir, bandClipDir] = bandFillClipDirs(u, seriesIdx);
		if (series.fill != null || bandFillDir != 0) {
			let fill = _paths.fill = new Path2D(stroke), fillToY = pixelForY(series.fillTo(u, seriesIdx, series.min, series.max, bandFillDir));
			lineTo(fill, prevXPosExt, fillToY), lineTo(fill, firstXPosExt, fillToY);
		}
		if (!series.spanGaps) {
			let gaps = [];
			gaps.push(...findGaps(dataX, dataY, idx0, idx1, dir, pixelForX, alignGaps));
			let halfStroke = series.width * pxRatio / 2, startsOffset = ascDesc || align == 1 ? halfStroke : -halfStroke, endsOffset = ascDesc || align == -1 ? -halfStroke : halfStroke;
			gaps.forEach((g) => {
				g[0] += startsOffset, g[1] += endsOffset;
			}), _paths.gaps = gaps = series.gaps(u, seriesIdx, idx0, idx1, gaps), _paths.clip = clipGaps(gaps, scaleX.ori, xOff, yOff, xDim, yDim);
		}
		return bandClipDir != 0 && (_paths.band = bandClipDir == 2 ? [clipBandLine(u, seriesIdx, idx0, idx1, stroke, -1), clipBandLine(u, seriesIdx, idx0, idx1, stroke, 1)] : clipBandLine(u, seriesIdx, idx0, idx1, stroke, bandClipDir)), _paths;
	});
}
function findColWidth(dataX, dataY, valToPosX, scaleX, xDim, xOff, colWid = inf) {
	if (dataX.length > 1) {
		let prevIdx = null;
		for (let i = 0, minDelta = Infinity; i < dataX.length; i++) if (dataY[i] !== void 0) {
			if (prevIdx != null) {
				let delta = abs(dataX[i] - dataX[prevIdx]);
				delta < minDelta && (minDelta = delta, colWid = abs(valToPosX(dataX[i], scaleX, xDim, xOff) - valToPosX(dataX[prevIdx], scaleX, xDim, xOff)));
			}
			prevIdx = i;
		}
	}
	return colWid;
}
function bars(opts) {
	opts ||= EMPTY_OBJ;
	let size = ifNull(opts.size, [
		.6,
		inf,
		1
	]), align = opts.align || 0, _extraGap = opts.gap || 0, ro = opts.radius;
	ro = ro == null ? [0, 0] : typeof ro == "number" ? [ro, 0] : ro;
	let radiusFn = fnOrSelf(ro), gapFactor = 1 - size[0], _maxWidth = ifNull(size[1], inf), _minWidth = ifNull(size[2], 1), disp = ifNull(opts.disp, EMPTY_OBJ), _each = ifNull(opts.each, (_) => {}), { fill: dispFills, stroke: dispStrokes } = disp;
	return (u, seriesIdx, idx0, idx1) => orient(u, seriesIdx, (series, dataX, dataY, scaleX, scaleY, valToPosX, valToPosY, xOff, yOff, xDim, yDim) => {
		let pxRound = series.pxRound, _align = align, extraGap = _extraGap * pxRatio, maxWidth = _maxWidth * pxRatio, minWidth = _minWidth * pxRatio, valRadius, baseRadius;
		scaleX.ori == 0 ? [valRadius, baseRadius] = radiusFn(u, seriesIdx) : [baseRadius, valRadius] = radiusFn(u, seriesIdx);
		let _dirX = scaleX.dir * (scaleX.ori == 0 ? 1 : -1), rect = scaleX.ori == 0 ? rectH : rectV, each = scaleX.ori == 0 ? _each : (u, seriesIdx, i, top, lft, hgt, wid) => {
			_each(u, seriesIdx, i, lft, top, wid, hgt);
		}, band = ifNull(u.bands, EMPTY_ARR).find((b) => b.series[0] == seriesIdx), fillDir = band == null ? 0 : band.dir, fillTo = series.fillTo(u, seriesIdx, series.min, series.max, fillDir), fillToY = pxRound(valToPosY(fillTo, scaleY, yDim, yOff)), xShift, barWid, fullGap, colWid = xDim, strokeWidth = pxRound(series.width * pxRatio), multiPath = !1, fillColors = null, fillPaths = null, strokeColors = null, strokePaths = null;
		dispFills != null && (strokeWidth == 0 || dispStrokes != null) && (multiPath = !0, fillColors = dispFills.values(u, seriesIdx, idx0, idx1), fillPaths = /* @__PURE__ */ new Map(), new Set(fillColors).forEach((color) => {
			color != null && fillPaths.set(color, new Path2D());
		}), strokeWidth > 0 && (strokeColors = dispStrokes.values(u, seriesIdx, idx0, idx1), strokePaths = /* @__PURE__ */ new Map(), new Set(strokeColors).forEach((color) => {
			color != null && strokePaths.set(color, new Path2D());
		})));
		let { x0, size } = disp;
		if (x0 != null && size != null) {
			_align = 1, dataX = x0.values(u, seriesIdx, idx0, idx1), x0.unit == 2 && (dataX = dataX.map((pct) => u.posToVal(xOff + pct * xDim, scaleX.key, !0)));
			let sizes = size.values(u, seriesIdx, idx0, idx1);
			barWid = size.unit == 2 ? sizes[0] * xDim : valToPosX(sizes[0], scaleX, xDim, xOff) - valToPosX(0, scaleX, xDim, xOff), colWid = findColWidth(dataX, dataY, valToPosX, scaleX, xDim, xOff, colWid), fullGap = colWid - barWid + extraGap;
		} else colWid = findColWidth(dataX, dataY, valToPosX, scaleX, xDim, xOff, colWid), fullGap = colWid * gapFactor + extraGap, barWid = colWid - fullGap;
		fullGap < 1 && (fullGap = 0), strokeWidth >= barWid / 2 && (strokeWidth = 0), fullGap < 5 && (pxRound = retArg0);
		let insetStroke = fullGap > 0, rawBarWid = colWid - fullGap - (insetStroke ? strokeWidth : 0);
		barWid = pxRound(clamp$1(rawBarWid, minWidth, maxWidth)), xShift = (_align == 0 ? barWid / 2 : _align == _dirX ? 0 : barWid) - _align * _dirX * ((_align == 0 ? extraGap / 2 : 0) + (insetStroke ? strokeWidth / 2 : 0));
		let _paths = {
			stroke: null,
			fill: null,
			clip: null,
			band: null,
			gaps: null,
			flags: 0
		}, stroke = multiPath ? null : new Path2D(), dataY0 = null;
		if (band != null) dataY0 = u.data[band.series[1]];
		else {
			let { y0, y1 } = disp;
			y0 != null && y1 != null && (dataY = y1.values(u, seriesIdx, idx0, idx1), dataY0 = y0.values(u, seriesIdx, idx0, idx1));
		}
		let radVal = valRadius * barWid, radBase = baseRadius * barWid;
		for (let i = _dirX == 1 ? idx0 : idx1; i >= idx0 && i <= idx1; i += _dirX) {
			let yVal = dataY[i];
			if (yVal == null) continue;
			if (dataY0 != null) {
				let yVal0 = dataY0[i] ?? 0;
				if (yVal - yVal0 == 0) continue;
				fillToY = valToPosY(yVal0, scaleY, yDim, yOff);
			}
			let xPos = valToPosX(scaleX.distr != 2 || disp != null ? dataX[i] : i, scaleX, xDim, xOff), yPos = valToPosY(ifNull(yVal, fillTo), scaleY, yDim, yOff), lft = pxRound(xPos - xShift), btm = pxRound(max(yPos, fillToY)), top = pxRound(min(yPos, fillToY)), barHgt = btm - top;
			if (yVal != null) {
				let rv = yVal < 0 ? radBase : radVal, rb = yVal < 0 ? radVal : radBase;
				multiPath ? (strokeWidth > 0 && strokeColors[i] != null && rect(strokePaths.get(strokeColors[i]), lft, top + floor(strokeWidth / 2), barWid, max(0, barHgt - strokeWidth), rv, rb), fillColors[i] != null && rect(fillPaths.get(fillColors[i]), lft, top + floor(strokeWidth / 2), barWid, max(0, barHgt - strokeWidth), rv, rb)) : rect(stroke, lft, top + floor(strokeWidth / 2), barWid, max(0, barHgt - strokeWidth), rv, rb), each(u, seriesIdx, i, lft - strokeWidth / 2, top, barWid + strokeWidth, barHgt);
			}
		}
		return strokeWidth > 0 ? _paths.stroke = multiPath ? strokePaths : stroke : multiPath || (_paths._fill = series.width == 0 ? series._fill : series._stroke ?? series._fill, _paths.width = 0), _paths.fill = multiPath ? fillPaths : stroke, _paths;
	});
}
function splineInterp(interp, opts) {
	let alignGaps = ifNull(opts?.alignGaps, 0);
	return (u, seriesIdx, idx0, idx1) => orient(u, seriesIdx, (series, dataX, dataY, scaleX, scaleY, valToPosX, valToPosY, xOff, yOff, xDim, yDim) => {
		[idx0, idx1] = nonNullIdxs(dataY, idx0, idx1);
		let pxRound = series.pxRound, pixelForX = (val) => pxRound(valToPosX(val, scaleX, xDim, xOff)), pixelForY = (val) => pxRound(valToPosY(val, scaleY, yDim, yOff)), moveTo, bezierCurveTo, lineTo;
		scaleX.ori == 0 ? (moveTo = moveToH, lineTo = lineToH, bezierCurveTo = bezierCurveToH) : (moveTo = moveToV, lineTo = lineToV, bezierCurveTo = bezierCurveToV);
		let dir = scaleX.dir * (scaleX.ori == 0 ? 1 : -1), firstXPos = pixelForX(dataX[dir == 1 ? idx0 : idx1]), prevXPos = firstXPos, xCoords = [], yCoords = [];
		for (let i = dir == 1 ? idx0 : idx1; i >= idx0 && i <= idx1; i += dir) if (dataY[i] != null) {
			let xVal = dataX[i], xPos = pixelForX(xVal);
			xCoords.push(prevXPos = xPos), yCoords.push(pixelForY(dataY[i]));
		}
		let _paths = {
			stroke: interp(xCoords, yCoords, moveTo, lineTo, bezierCurveTo, pxRound),
			fill: null,
			clip: null,
			band: null,
			gaps: null,
			flags: BAND_CLIP_FILL
		}, stroke = _paths.stroke, [bandFillDir, bandClipDir] = bandFillClipDirs(u, seriesIdx);
		if (series.fill != null || bandFillDir != 0) {
			let fill = _paths.fill = new Path2D(stroke), fillToY = pixelForY(series.fillTo(u, seriesIdx, series.min, series.max, bandFillDir));
			lineTo(fill, prevXPos, fillToY), lineTo(fill, firstXPos, fillToY);
		}
		if (!series.spanGaps) {
			let gaps = [];
			gaps.push(...findGaps(dataX, dataY, idx0, idx1, dir, pixelForX, alignGaps)), _paths.gaps = gaps = series.gaps(u, seriesIdx, idx0, idx1, gaps), _paths.clip = clipGaps(gaps, scaleX.ori, xOff, yOff, xDim, yDim);
		}
		return bandClipDir != 0 && (_paths.band = bandClipDir == 2 ? [clipBandLine(u, seriesIdx, idx0, idx1, stroke, -1), clipBandLine(u, seriesIdx, idx0, idx1, stroke, 1)] : clipBandLine(u, seriesIdx, idx0, idx1, stroke, bandClipDir)), _paths;
	});
}
function monotoneCubic(opts) {
	return splineInterp(_monotoneCubic, opts);
}
function _monotoneCubic(xs, ys, moveTo, lineTo, bezierCurveTo, pxRound) {
	let n = xs.length;
	if (n < 2) return null;
	let path = new Path2D();
	if (moveTo(path, xs[0], ys[0]), n == 2) lineTo(path, xs[1], ys[1]);
	else {
		let ms = Array(n), ds = Array(n - 1), dys = Array(n - 1), dxs = Array(n - 1);
		for (let i = 0; i < n - 1; i++) dys[i] = ys[i + 1] - ys[i], dxs[i] = xs[i + 1] - xs[i], ds[i] = dys[i] / dxs[i];
		ms[0] = ds[0];
		for (let i = 1; i < n - 1; i++) ds[i] === 0 || ds[i - 1] === 0 || ds[i - 1] > 0 != ds[i] > 0 ? ms[i] = 0 : (ms[i] = 3 * (dxs[i - 1] + dxs[i]) / ((2 * dxs[i] + dxs[i - 1]) / ds[i - 1] + (dxs[i] + 2 * dxs[i - 1]) / ds[i]), isFinite(ms[i]) || (ms[i] = 0));
		ms[n - 1] = ds[n - 2];
		for (let i = 0; i < n - 1; i++) bezierCurveTo(path, xs[i] + dxs[i] / 3, ys[i] + ms[i] * dxs[i] / 3, xs[i + 1] - dxs[i] / 3, ys[i + 1] - ms[i + 1] * dxs[i] / 3, xs[i + 1], ys[i + 1]);
	}
	return path;
}
var cursorPlots = /* @__PURE__ */ new Set();
function invalidateRects() {
	for (let u of cursorPlots) u.syncRect(!0);
}
domEnv && (on(resize, win, invalidateRects), on(scroll, win, invalidateRects, !0), on(dppxchange, win, () => {
	uPlot.pxRatio = pxRatio;
}));
var linearPath = linear(), pointsPath = points();
function setDefaults(d, xo, yo, initY) {
	return (initY ? [d[0], d[1]].concat(d.slice(2)) : [d[0]].concat(d.slice(1))).map((o, i) => setDefault(o, i, xo, yo));
}
function setDefaults2(d, xyo) {
	return d.map((o, i) => i == 0 ? {} : assign({}, xyo, o));
}
function setDefault(o, i, xo, yo) {
	return assign({}, i == 0 ? xo : yo, o);
}
function snapNumX(self, dataMin, dataMax) {
	return dataMin == null ? nullNullTuple : [dataMin, dataMax];
}
var snapTimeX = snapNumX;
function snapNumY(self, dataMin, dataMax) {
	return dataMin == null ? nullNullTuple : rangeNum(dataMin, dataMax, rangePad, !0);
}
function snapLogY(self, dataMin, dataMax, scale) {
	return dataMin == null ? nullNullTuple : rangeLog(dataMin, dataMax, self.scales[scale].log, !1);
}
var snapLogX = snapLogY;
function snapAsinhY(self, dataMin, dataMax, scale) {
	return dataMin == null ? nullNullTuple : rangeAsinh(dataMin, dataMax, self.scales[scale].log, !1);
}
var snapAsinhX = snapAsinhY;
function findIncr(minVal, maxVal, incrs, dim, minSpace) {
	let intDigits = max(numIntDigits(minVal), numIntDigits(maxVal)), delta = maxVal - minVal, incrIdx = closestIdx(minSpace / dim * delta, incrs);
	do {
		let foundIncr = incrs[incrIdx], foundSpace = dim * foundIncr / delta;
		if (foundSpace >= minSpace && intDigits + (foundIncr < 5 ? fixedDec.get(foundIncr) : 0) <= 17) return [foundIncr, foundSpace];
	} while (++incrIdx < incrs.length);
	return [0, 0];
}
function pxRatioFont(font) {
	let fontSize, fontSizeCss;
	return font = font.replace(/(\d+)px/, (m, p1) => (fontSize = round((fontSizeCss = +p1) * pxRatio)) + "px"), [
		font,
		fontSize,
		fontSizeCss
	];
}
function syncFontSize(axis) {
	axis.show && [axis.font, axis.labelFont].forEach((f) => {
		let size = roundDec(f[2] * pxRatio, 1);
		f[0] = f[0].replace(/[0-9.]+px/, size + "px"), f[1] = size;
	});
}
function uPlot(opts, data, then) {
	let self = { mode: ifNull(opts.mode, 1) }, mode = self.mode;
	function getHPos(val, scale, dim, off) {
		let pct = scale.valToPct(val);
		return off + dim * (scale.dir == -1 ? 1 - pct : pct);
	}
	function getVPos(val, scale, dim, off) {
		let pct = scale.valToPct(val);
		return off + dim * (scale.dir == -1 ? pct : 1 - pct);
	}
	function getPos(val, scale, dim, off) {
		return scale.ori == 0 ? getHPos(val, scale, dim, off) : getVPos(val, scale, dim, off);
	}
	self.valToPosH = getHPos, self.valToPosV = getVPos;
	let ready = !1;
	self.status = 0;
	let root = self.root = placeDiv(UPLOT);
	if (opts.id != null && (root.id = opts.id), addClass(root, opts.class), opts.title) {
		let title = placeDiv(TITLE, root);
		title.textContent = opts.title;
	}
	let can = placeTag("canvas"), ctx = self.ctx = can.getContext("2d"), wrap = placeDiv(WRAP, root);
	on("click", wrap, (e) => {
		e.target === over && (mouseLeft1 != mouseLeft0 || mouseTop1 != mouseTop0) && drag.click(self, e);
	}, !0);
	let under = self.under = placeDiv(UNDER, wrap);
	wrap.appendChild(can);
	let over = self.over = placeDiv(OVER, wrap);
	opts = copy(opts);
	let pxAlign = +ifNull(opts.pxAlign, 1), pxRound = pxRoundGen(pxAlign);
	(opts.plugins || []).forEach((p) => {
		p.opts && (opts = p.opts(self, opts) || opts);
	});
	let ms = opts.ms || .001, series = self.series = mode == 1 ? setDefaults(opts.series || [], xSeriesOpts, ySeriesOpts, !1) : setDefaults2(opts.series || [null], xySeriesOpts), axes = self.axes = setDefaults(opts.axes || [], xAxisOpts, yAxisOpts, !0), scales = self.scales = {}, bands = self.bands = opts.bands || [];
	bands.forEach((b) => {
		b.fill = fnOrSelf(b.fill || null), b.dir = ifNull(b.dir, -1);
	});
	let xScaleKey = mode == 2 ? series[1].facets[0].scale : series[0].scale, drawOrderMap = {
		axes: drawAxesGrid,
		series: drawSeries
	}, drawOrder = (opts.drawOrder || ["axes", "series"]).map((key) => drawOrderMap[key]);
	function initValToPct(sc) {
		let getVal = sc.distr == 3 ? (val) => log10(val > 0 ? val : sc.clamp(self, val, sc.min, sc.max, sc.key)) : sc.distr == 4 ? (val) => asinh(val, sc.asinh) : sc.distr == 100 ? (val) => sc.fwd(val) : (val) => val;
		return (val) => {
			let _val = getVal(val), { _min, _max } = sc, delta = _max - _min;
			return (_val - _min) / delta;
		};
	}
	function initScale(scaleKey) {
		let sc = scales[scaleKey];
		if (sc == null) {
			let scaleOpts = (opts.scales || EMPTY_OBJ)[scaleKey] || EMPTY_OBJ;
			if (scaleOpts.from != null) {
				initScale(scaleOpts.from);
				let sc = assign({}, scales[scaleOpts.from], scaleOpts, { key: scaleKey });
				sc.valToPct = initValToPct(sc), scales[scaleKey] = sc;
			} else {
				sc = scales[scaleKey] = assign({}, scaleKey == xScaleKey ? xScaleOpts : yScaleOpts, scaleOpts), sc.key = scaleKey;
				let isTime = sc.time, rn = sc.range, rangeIsArr = isArr(rn);
				if ((scaleKey != xScaleKey || mode == 2 && !isTime) && (rangeIsArr && (rn[0] == null || rn[1] == null) && (rn = {
					min: rn[0] == null ? autoRangePart : {
						mode: 1,
						hard: rn[0],
						soft: rn[0]
					},
					max: rn[1] == null ? autoRangePart : {
						mode: 1,
						hard: rn[1],
						soft: rn[1]
					}
				}, rangeIsArr = !1), !rangeIsArr && isObj(rn))) {
					let cfg = rn;
					rn = (self, dataMin, dataMax) => dataMin == null ? nullNullTuple : rangeNum(dataMin, dataMax, cfg);
				}
				sc.range = fnOrSelf(rn || (isTime ? snapTimeX : scaleKey == xScaleKey ? sc.distr == 3 ? snapLogX : sc.distr == 4 ? snapAsinhX : snapNumX : sc.distr == 3 ? snapLogY : sc.distr == 4 ? snapAsinhY : snapNumY)), sc.auto = fnOrSelf(!rangeIsArr && sc.auto), sc.clamp = fnOrSelf(sc.clamp || clampScale), sc._min = sc._max = null, sc.valToPct = initValToPct(sc);
			}
		}
	}
	initScale("x"), initScale("y"), mode == 1 && series.forEach((s) => {
		initScale(s.scale);
	}), axes.forEach((a) => {
		initScale(a.scale);
	});
	for (let k in opts.scales) initScale(k);
	let scaleX = scales[xScaleKey], xScaleDistr = scaleX.distr, valToPosX, valToPosY;
	scaleX.ori == 0 ? (addClass(root, ORI_HZ), valToPosX = getHPos, valToPosY = getVPos) : (addClass(root, ORI_VT), valToPosX = getVPos, valToPosY = getHPos);
	let pendScales = {};
	for (let k in scales) {
		let sc = scales[k];
		(sc.min != null || sc.max != null) && (pendScales[k] = {
			min: sc.min,
			max: sc.max
		}, sc.min = sc.max = null);
	}
	let _tzDate = opts.tzDate || ((ts) => new Date(round(ts / ms))), _fmtDate = opts.fmtDate || fmtDate, _timeAxisSplits = ms == 1 ? timeAxisSplitsMs(_tzDate) : timeAxisSplitsS(_tzDate), _timeAxisVals = timeAxisVals(_tzDate, timeAxisStamps(ms == 1 ? _timeAxisStampsMs : _timeAxisStampsS, _fmtDate)), _timeSeriesVal = timeSeriesVal(_tzDate, timeSeriesStamp(_timeSeriesStamp, _fmtDate)), activeIdxs = [], legend = self.legend = assign({}, legendOpts, opts.legend), cursor = self.cursor = assign({}, cursorOpts, { drag: { y: mode == 2 } }, opts.cursor), showLegend = legend.show, showCursor = cursor.show, markers = legend.markers;
	legend.idxs = activeIdxs, markers.width = fnOrSelf(markers.width), markers.dash = fnOrSelf(markers.dash), markers.stroke = fnOrSelf(markers.stroke), markers.fill = fnOrSelf(markers.fill);
	let legendTable, legendHead, legendBody, legendRows = [], legendCells = [], legendCols, multiValLegend = !1, NULL_LEGEND_VALUES = {};
	if (legend.live) {
		let getMultiVals = series[1] ? series[1].values : null;
		multiValLegend = getMultiVals != null, legendCols = multiValLegend ? getMultiVals(self, 1, 0) : { _: 0 };
		for (let k in legendCols) NULL_LEGEND_VALUES[k] = LEGEND_DISP;
	}
	if (showLegend) {
		if (legendTable = placeTag("table", LEGEND, root), legendBody = placeTag("tbody", null, legendTable), legend.mount(self, legendTable), multiValLegend) {
			legendHead = placeTag("thead", null, legendTable, legendBody);
			let head = placeTag("tr", null, legendHead);
			for (var key in placeTag("th", null, head), legendCols) placeTag("th", LEGEND_LABEL, head).textContent = key;
		} else addClass(legendTable, LEGEND_INLINE), legend.live && addClass(legendTable, LEGEND_LIVE);
	}
	let son = { show: !0 }, soff = { show: !1 };
	function initLegendRow(s, i) {
		if (i == 0 && (multiValLegend || !legend.live || mode == 2)) return nullNullTuple;
		let cells = [], row = placeTag("tr", LEGEND_SERIES, legendBody, legendBody.childNodes[i]);
		addClass(row, s.class), s.show || addClass(row, OFF);
		let label = placeTag("th", null, row);
		if (markers.show) {
			let indic = placeDiv(LEGEND_MARKER, label);
			if (i > 0) {
				let width = markers.width(self, i);
				width && (indic.style.border = width + "px " + markers.dash(self, i) + " " + markers.stroke(self, i)), indic.style.background = markers.fill(self, i);
			}
		}
		let text = placeDiv(LEGEND_LABEL, label);
		for (var key in s.label instanceof HTMLElement ? text.appendChild(s.label) : text.textContent = s.label, i > 0 && (markers.show || (text.style.color = s.width > 0 ? markers.stroke(self, i) : markers.fill(self, i)), onMouse("click", label, (e) => {
			if (cursor._lock) return;
			setCursorEvent(e);
			let seriesIdx = series.indexOf(s);
			if ((e.ctrlKey || e.metaKey) != legend.isolate) {
				let isolate = series.some((s, i) => i > 0 && i != seriesIdx && s.show);
				series.forEach((s, i) => {
					i > 0 && setSeries(i, isolate ? i == seriesIdx ? son : soff : son, !0, syncOpts.setSeries);
				});
			} else setSeries(seriesIdx, { show: !s.show }, !0, syncOpts.setSeries);
		}, !1), cursorFocus && onMouse(mouseenter, label, (e) => {
			cursor._lock || (setCursorEvent(e), setSeries(series.indexOf(s), FOCUS_TRUE, !0, syncOpts.setSeries));
		}, !1)), legendCols) {
			let v = placeTag("td", LEGEND_VALUE, row);
			v.textContent = "--", cells.push(v);
		}
		return [row, cells];
	}
	let mouseListeners = /* @__PURE__ */ new Map();
	function onMouse(ev, targ, fn, onlyTarg = !0) {
		let targListeners = mouseListeners.get(targ) || {}, listener = cursor.bind[ev](self, targ, fn, onlyTarg);
		listener && (on(ev, targ, targListeners[ev] = listener), mouseListeners.set(targ, targListeners));
	}
	function offMouse(ev, targ, fn) {
		let targListeners = mouseListeners.get(targ) || {};
		for (let k in targListeners) (ev == null || k == ev) && (off(k, targ, targListeners[k]), delete targListeners[k]);
		ev ?? mouseListeners.delete(targ);
	}
	let fullWidCss = 0, fullHgtCss = 0, plotWidCss = 0, plotHgtCss = 0, plotLftCss = 0, plotTopCss = 0, _plotLftCss = plotLftCss, _plotTopCss = plotTopCss, _plotWidCss = plotWidCss, _plotHgtCss = plotHgtCss, plotLft = 0, plotTop = 0, plotWid = 0, plotHgt = 0;
	self.bbox = {};
	let shouldSetScales = !1, shouldSetSize = !1, shouldConvergeSize = !1, shouldSetCursor = !1, shouldSetSelect = !1, shouldSetLegend = !1;
	function _setSize(width, height, force) {
		(force || width != self.width || height != self.height) && calcSize(width, height), resetYSeries(!1), shouldConvergeSize = !0, shouldSetSize = !0, commit();
	}
	function calcSize(width, height) {
		self.width = fullWidCss = plotWidCss = width, self.height = fullHgtCss = plotHgtCss = height, plotLftCss = plotTopCss = 0, calcPlotRect(), calcAxesRects();
		let bb = self.bbox;
		plotLft = bb.left = incrRound(plotLftCss * pxRatio, .5), plotTop = bb.top = incrRound(plotTopCss * pxRatio, .5), plotWid = bb.width = incrRound(plotWidCss * pxRatio, .5), plotHgt = bb.height = incrRound(plotHgtCss * pxRatio, .5);
	}
	function convergeSize() {
		let converged = !1, cycleNum = 0;
		for (; !converged;) {
			cycleNum++;
			let axesConverged = axesCalc(cycleNum), paddingConverged = paddingCalc(cycleNum);
			converged = cycleNum == 3 || axesConverged && paddingConverged, converged || (calcSize(self.width, self.height), shouldSetSize = !0);
		}
	}
	function setSize({ width, height }) {
		_setSize(width, height);
	}
	self.setSize = setSize;
	function calcPlotRect() {
		let hasTopAxis = !1, hasBtmAxis = !1, hasRgtAxis = !1, hasLftAxis = !1;
		axes.forEach((axis, i) => {
			if (axis.show && axis._show) {
				let { side, _size } = axis, isVt = side % 2, fullSize = _size + (axis.label == null ? 0 : axis.labelSize);
				fullSize > 0 && (isVt ? (plotWidCss -= fullSize, side == 3 ? (plotLftCss += fullSize, hasLftAxis = !0) : hasRgtAxis = !0) : (plotHgtCss -= fullSize, side == 0 ? (plotTopCss += fullSize, hasTopAxis = !0) : hasBtmAxis = !0));
			}
		}), sidesWithAxes[0] = hasTopAxis, sidesWithAxes[1] = hasRgtAxis, sidesWithAxes[2] = hasBtmAxis, sidesWithAxes[3] = hasLftAxis, plotWidCss -= _padding[1] + _padding[3], plotLftCss += _padding[3], plotHgtCss -= _padding[2] + _padding[0], plotTopCss += _padding[0];
	}
	function calcAxesRects() {
		let off1 = plotLftCss + plotWidCss, off2 = plotTopCss + plotHgtCss, off3 = plotLftCss, off0 = plotTopCss;
		function incrOffset(side, size) {
			switch (side) {
				case 1: return off1 += size, off1 - size;
				case 2: return off2 += size, off2 - size;
				case 3: return off3 -= size, off3 + size;
				case 0: return off0 -= size, off0 + size;
			}
		}
		axes.forEach((axis, i) => {
			if (axis.show && axis._show) {
				let side = axis.side;
				axis._pos = incrOffset(side, axis._size), axis.label != null && (axis._lpos = incrOffset(side, axis.labelSize));
			}
		});
	}
	if (cursor.dataIdx == null) {
		let hov = cursor.hover, skip = hov.skip = new Set(hov.skip ?? []);
		skip.add(void 0);
		let prox = hov.prox = fnOrSelf(hov.prox), bias = hov.bias ??= 0;
		cursor.dataIdx = (self, seriesIdx, cursorIdx, valAtPosX) => {
			if (seriesIdx == 0) return cursorIdx;
			let idx2 = cursorIdx, _prox = prox(self, seriesIdx, cursorIdx, valAtPosX) ?? inf, withProx = _prox >= 0 && _prox < inf, xDim = scaleX.ori == 0 ? plotWidCss : plotHgtCss, cursorLft = cursor.left, xValues = data[0], yValues = data[seriesIdx];
			if (skip.has(yValues[cursorIdx])) {
				idx2 = null;
				let nonNullLft = null, nonNullRgt = null, j;
				if (bias == 0 || bias == -1) for (j = cursorIdx; nonNullLft == null && j-- > 0;) skip.has(yValues[j]) || (nonNullLft = j);
				if (bias == 0 || bias == 1) for (j = cursorIdx; nonNullRgt == null && j++ < yValues.length;) skip.has(yValues[j]) || (nonNullRgt = j);
				if (nonNullLft != null || nonNullRgt != null) {
					if (withProx) {
						let lftPos = nonNullLft == null ? -Infinity : valToPosX(xValues[nonNullLft], scaleX, xDim, 0), rgtPos = nonNullRgt == null ? Infinity : valToPosX(xValues[nonNullRgt], scaleX, xDim, 0), lftDelta = cursorLft - lftPos, rgtDelta = rgtPos - cursorLft;
						lftDelta <= rgtDelta ? lftDelta <= _prox && (idx2 = nonNullLft) : rgtDelta <= _prox && (idx2 = nonNullRgt);
					} else idx2 = nonNullRgt == null ? nonNullLft : nonNullLft == null ? nonNullRgt : cursorIdx - nonNullLft <= nonNullRgt - cursorIdx ? nonNullLft : nonNullRgt;
				}
			} else withProx && abs(cursorLft - valToPosX(xValues[cursorIdx], scaleX, xDim, 0)) > _prox && (idx2 = null);
			return idx2;
		};
	}
	let setCursorEvent = (e) => {
		cursor.event = e;
	};
	cursor.idxs = activeIdxs, cursor._lock = !1;
	let points = cursor.points;
	points.show = fnOrSelf(points.show), points.size = fnOrSelf(points.size), points.stroke = fnOrSelf(points.stroke), points.width = fnOrSelf(points.width), points.fill = fnOrSelf(points.fill);
	let focus = self.focus = assign({}, opts.focus || { alpha: .3 }, cursor.focus), cursorFocus = focus.prox >= 0, cursorOnePt = cursorFocus && points.one, cursorPts = [], cursorPtsLft = [], cursorPtsTop = [];
	function initCursorPt(s, si) {
		let pt = points.show(self, si);
		if (pt instanceof HTMLElement) return addClass(pt, CURSOR_PT), addClass(pt, s.class), elTrans(pt, -10, -10, plotWidCss, plotHgtCss), over.insertBefore(pt, cursorPts[si]), pt;
	}
	function initSeries(s, i) {
		if (mode == 1 || i > 0) {
			let isTime = mode == 1 && scales[s.scale].time, sv = s.value;
			s.value = isTime ? isStr(sv) ? timeSeriesVal(_tzDate, timeSeriesStamp(sv, _fmtDate)) : sv || _timeSeriesVal : sv || numSeriesVal, s.label = s.label || (isTime ? timeSeriesLabel : numSeriesLabel);
		}
		if (cursorOnePt || i > 0) {
			s.width = s.width == null ? 1 : s.width, s.paths = s.paths || linearPath || retNull, s.fillTo = fnOrSelf(s.fillTo || seriesFillTo), s.pxAlign = +ifNull(s.pxAlign, pxAlign), s.pxRound = pxRoundGen(s.pxAlign), s.stroke = fnOrSelf(s.stroke || null), s.fill = fnOrSelf(s.fill || null), s._stroke = s._fill = s._paths = s._focus = null;
			let _ptDia = ptDia(max(1, s.width), 1), points = s.points = assign({}, {
				size: _ptDia,
				width: max(1, _ptDia * .2),
				stroke: s.stroke,
				space: _ptDia * 2,
				paths: pointsPath,
				_stroke: null,
				_fill: null
			}, s.points);
			points.show = fnOrSelf(points.show), points.filter = fnOrSelf(points.filter), points.fill = fnOrSelf(points.fill), points.stroke = fnOrSelf(points.stroke), points.paths = fnOrSelf(points.paths), points.pxAlign = s.pxAlign;
		}
		if (showLegend) {
			let rowCells = initLegendRow(s, i);
			legendRows.splice(i, 0, rowCells[0]), legendCells.splice(i, 0, rowCells[1]), legend.values.push(null);
		}
		if (showCursor) {
			activeIdxs.splice(i, 0, null);
			let pt = null;
			cursorOnePt ? i == 0 && (pt = initCursorPt(s, i)) : i > 0 && (pt = initCursorPt(s, i)), cursorPts.splice(i, 0, pt), cursorPtsLft.splice(i, 0, 0), cursorPtsTop.splice(i, 0, 0);
		}
		fire("addSeries", i);
	}
	function addSeries(opts, si) {
		si ??= series.length, opts = mode == 1 ? setDefault(opts, si, xSeriesOpts, ySeriesOpts) : setDefault(opts, si, {}, xySeriesOpts), series.splice(si, 0, opts), initSeries(series[si], si);
	}
	self.addSeries = addSeries;
	function delSeries(i) {
		if (series.splice(i, 1), showLegend) {
			legend.values.splice(i, 1), legendCells.splice(i, 1);
			let tr = legendRows.splice(i, 1)[0];
			offMouse(null, tr.firstChild), tr.remove();
		}
		showCursor && (activeIdxs.splice(i, 1), cursorPts.splice(i, 1)[0].remove(), cursorPtsLft.splice(i, 1), cursorPtsTop.splice(i, 1)), fire("delSeries", i);
	}
	self.delSeries = delSeries;
	let sidesWithAxes = [
		!1,
		!1,
		!1,
		!1
	];
	function initAxis(axis, i) {
		if (axis._show = axis.show, axis.show) {
			let isVt = axis.side % 2, sc = scales[axis.scale];
			sc ??= (axis.scale = isVt ? series[1].scale : xScaleKey, scales[axis.scale]);
			let isTime = sc.time;
			axis.size = fnOrSelf(axis.size), axis.space = fnOrSelf(axis.space), axis.rotate = fnOrSelf(axis.rotate), isArr(axis.incrs) && axis.incrs.forEach((incr) => {
				!fixedDec.has(incr) && fixedDec.set(incr, guessDec(incr));
			}), axis.incrs = fnOrSelf(axis.incrs || (sc.distr == 2 ? wholeIncrs : isTime ? ms == 1 ? timeIncrsMs : timeIncrsS : numIncrs)), axis.splits = fnOrSelf(axis.splits || (isTime && sc.distr == 1 ? _timeAxisSplits : sc.distr == 3 ? logAxisSplits : sc.distr == 4 ? asinhAxisSplits : numAxisSplits)), axis.stroke = fnOrSelf(axis.stroke), axis.grid.stroke = fnOrSelf(axis.grid.stroke), axis.ticks.stroke = fnOrSelf(axis.ticks.stroke), axis.border.stroke = fnOrSelf(axis.border.stroke);
			let av = axis.values;
			axis.values = isArr(av) && !isArr(av[0]) ? fnOrSelf(av) : isTime ? isArr(av) ? timeAxisVals(_tzDate, timeAxisStamps(av, _fmtDate)) : isStr(av) ? timeAxisVal(_tzDate, av) : av || _timeAxisVals : av || numAxisVals, axis.filter = fnOrSelf(axis.filter || (sc.distr >= 3 && sc.log == 10 ? log10AxisValsFilt : sc.distr == 3 && sc.log == 2 ? log2AxisValsFilt : retArg1)), axis.font = pxRatioFont(axis.font), axis.labelFont = pxRatioFont(axis.labelFont), axis._size = axis.size(self, null, i, 0), axis._space = axis._rotate = axis._incrs = axis._found = axis._splits = axis._values = null, axis._size > 0 && (sidesWithAxes[i] = !0, axis._el = placeDiv(AXIS, wrap));
		}
	}
	function autoPadSide(self, side, sidesWithAxes, cycleNum) {
		let [hasTopAxis, hasRgtAxis, hasBtmAxis, hasLftAxis] = sidesWithAxes, ori = side % 2, size = 0;
		return ori == 0 && (hasLftAxis || hasRgtAxis) && (size = side == 0 && !hasTopAxis || side == 2 && !hasBtmAxis ? round(xAxisOpts.size / 3) : 0), ori == 1 && (hasTopAxis || hasBtmAxis) && (size = side == 1 && !hasRgtAxis || side == 3 && !hasLftAxis ? round(yAxisOpts.size / 2) : 0), size;
	}
	let padding = self.padding = (opts.padding || [
		autoPadSide,
		autoPadSide,
		autoPadSide,
		autoPadSide
	]).map((p) => fnOrSelf(ifNull(p, autoPadSide))), _padding = self._padding = padding.map((p, i) => p(self, i, sidesWithAxes, 0)), dataLen, i0 = null, i1 = null, idxs = mode == 1 ? series[0].idxs : null, data0 = null, viaAutoScaleX = !1;
	function setData(_data, _resetScales) {
		if (data = _data ?? [], self.data = self._data = data, mode == 2) {
			dataLen = 0;
			for (let i = 1; i < series.length; i++) dataLen += data[i][0].length;
		} else {
			data.length == 0 && (self.data = self._data = data = [[]]), data0 = data[0], dataLen = data0.length;
			let scaleData = data;
			if (xScaleDistr == 2) {
				scaleData = data.slice();
				let _data0 = scaleData[0] = Array(dataLen);
				for (let i = 0; i < dataLen; i++) _data0[i] = i;
			}
			self._data = data = scaleData;
		}
		if (resetYSeries(!0), fire("setData"), xScaleDistr == 2 && (shouldConvergeSize = !0), _resetScales !== !1) {
			let xsc = scaleX;
			xsc.auto(self, viaAutoScaleX) ? autoScaleX() : _setScale(xScaleKey, xsc.min, xsc.max), shouldSetCursor ||= cursor.left >= 0, shouldSetLegend = !0, commit();
		}
	}
	self.setData = setData;
	function autoScaleX() {
		viaAutoScaleX = !0;
		let _min, _max;
		mode == 1 && (dataLen > 0 ? (i0 = idxs[0] = 0, i1 = idxs[1] = dataLen - 1, _min = data[0][i0], _max = data[0][i1], xScaleDistr == 2 ? (_min = i0, _max = i1) : _min == _max && (xScaleDistr == 3 ? [_min, _max] = rangeLog(_min, _min, scaleX.log, !1) : xScaleDistr == 4 ? [_min, _max] = rangeAsinh(_min, _min, scaleX.log, !1) : scaleX.time ? _max = _min + round(86400 / ms) : [_min, _max] = rangeNum(_min, _max, rangePad, !0))) : (i0 = idxs[0] = _min = null, i1 = idxs[1] = _max = null)), _setScale(xScaleKey, _min, _max);
	}
	let ctxStroke, ctxFill, ctxWidth, ctxDash, ctxJoin, ctxCap, ctxFont, ctxAlign, ctxBaseline, ctxAlpha;
	function setCtxStyle(stroke, width, dash, cap, fill, join) {
		stroke ??= transparent, dash ??= EMPTY_ARR, cap ??= "butt", fill ??= transparent, join ??= "round", stroke != ctxStroke && (ctx.strokeStyle = ctxStroke = stroke), fill != ctxFill && (ctx.fillStyle = ctxFill = fill), width != ctxWidth && (ctx.lineWidth = ctxWidth = width), join != ctxJoin && (ctx.lineJoin = ctxJoin = join), cap != ctxCap && (ctx.lineCap = ctxCap = cap), dash != ctxDash && ctx.setLineDash(ctxDash = dash);
	}
	function setFontStyle(font, fill, align, baseline) {
		fill != ctxFill && (ctx.fillStyle = ctxFill = fill), font != ctxFont && (ctx.font = ctxFont = font), align != ctxAlign && (ctx.textAlign = ctxAlign = align), baseline != ctxBaseline && (ctx.textBaseline = ctxBaseline = baseline);
	}
	function accScale(wsc, psc, facet, data, sorted = 0) {
		if (data.length > 0 && wsc.auto(self, viaAutoScaleX) && (psc == null || psc.min == null)) {
			let _i0 = ifNull(i0, 0), _i1 = ifNull(i1, data.length - 1), minMax = facet.min == null ? getMinMax(data, _i0, _i1, sorted, wsc.distr == 3) : [facet.min, facet.max];
			wsc.min = min(wsc.min, facet.min = minMax[0]), wsc.max = max(wsc.max, facet.max = minMax[1]);
		}
	}
	let AUTOSCALE = {
		min: null,
		max: null
	};
	function setScales() {
		for (let k in scales) {
			let sc = scales[k];
			pendScales[k] == null && (sc.min == null || pendScales[xScaleKey] != null && sc.auto(self, viaAutoScaleX)) && (pendScales[k] = AUTOSCALE);
		}
		for (let k in scales) {
			let sc = scales[k];
			pendScales[k] == null && sc.from != null && pendScales[sc.from] != null && (pendScales[k] = AUTOSCALE);
		}
		pendScales[xScaleKey] != null && resetYSeries(!0);
		let wipScales = {};
		for (let k in pendScales) {
			let psc = pendScales[k];
			if (psc != null) {
				let wsc = wipScales[k] = copy(scales[k], fastIsObj);
				if (psc.min != null) assign(wsc, psc);
				else if (k != xScaleKey || mode == 2) {
					if (dataLen == 0 && wsc.from == null) {
						let minMax = wsc.range(self, null, null, k);
						wsc.min = minMax[0], wsc.max = minMax[1];
					} else wsc.min = inf, wsc.max = -Infinity;
				}
			}
		}
		if (dataLen > 0) {
			series.forEach((s, i) => {
				if (mode == 1) {
					let k = s.scale, psc = pendScales[k];
					if (psc == null) return;
					let wsc = wipScales[k];
					if (i == 0) {
						let minMax = wsc.range(self, wsc.min, wsc.max, k);
						wsc.min = minMax[0], wsc.max = minMax[1], i0 = closestIdx(wsc.min, data[0]), i1 = closestIdx(wsc.max, data[0]), i1 - i0 > 1 && (data[0][i0] < wsc.min && i0++, data[0][i1] > wsc.max && i1--), s.min = data0[i0], s.max = data0[i1];
					} else s.show && s.auto && accScale(wsc, psc, s, data[i], s.sorted);
					s.idxs[0] = i0, s.idxs[1] = i1;
				} else if (i > 0 && s.show && s.auto) {
					let [xFacet, yFacet] = s.facets, xScaleKey = xFacet.scale, yScaleKey = yFacet.scale, [xData, yData] = data[i], wscx = wipScales[xScaleKey], wscy = wipScales[yScaleKey];
					wscx != null && accScale(wscx, pendScales[xScaleKey], xFacet, xData, xFacet.sorted), wscy != null && accScale(wscy, pendScales[yScaleKey], yFacet, yData, yFacet.sorted), s.min = yFacet.min, s.max = yFacet.max;
				}
			});
			for (let k in wipScales) {
				let wsc = wipScales[k], psc = pendScales[k];
				if (wsc.from == null && (psc == null || psc.min == null)) {
					let minMax = wsc.range(self, wsc.min == inf ? null : wsc.min, wsc.max == -Infinity ? null : wsc.max, k);
					wsc.min = minMax[0], wsc.max = minMax[1];
				}
			}
		}
		for (let k in wipScales) {
			let wsc = wipScales[k];
			if (wsc.from != null) {
				let base = wipScales[wsc.from];
				if (base.min == null) wsc.min = wsc.max = null;
				else {
					let minMax = wsc.range(self, base.min, base.max, k);
					wsc.min = minMax[0], wsc.max = minMax[1];
				}
			}
		}
		let changed = {}, anyChanged = !1;
		for (let k in wipScales) {
			let wsc = wipScales[k], sc = scales[k];
			if (sc.min != wsc.min || sc.max != wsc.max) {
				sc.min = wsc.min, sc.max = wsc.max;
				let distr = sc.distr;
				sc._min = distr == 3 ? log10(sc.min) : distr == 4 ? asinh(sc.min, sc.asinh) : distr == 100 ? sc.fwd(sc.min) : sc.min, sc._max = distr == 3 ? log10(sc.max) : distr == 4 ? asinh(sc.max, sc.asinh) : distr == 100 ? sc.fwd(sc.max) : sc.max, changed[k] = anyChanged = !0;
			}
		}
		if (anyChanged) {
			series.forEach((s, i) => {
				mode == 2 ? i > 0 && changed.y && (s._paths = null) : changed[s.scale] && (s._paths = null);
			});
			for (let k in changed) shouldConvergeSize = !0, fire("setScale", k);
			showCursor && cursor.left >= 0 && (shouldSetCursor = shouldSetLegend = !0);
		}
		for (let k in pendScales) pendScales[k] = null;
	}
	function getOuterIdxs(ydata) {
		let _i0 = clamp$1(i0 - 1, 0, dataLen - 1), _i1 = clamp$1(i1 + 1, 0, dataLen - 1);
		for (; ydata[_i0] == null && _i0 > 0;) _i0--;
		for (; ydata[_i1] == null && _i1 < dataLen - 1;) _i1++;
		return [_i0, _i1];
	}
	function drawSeries() {
		if (dataLen > 0) {
			let shouldAlpha = series.some((s) => s._focus) && ctxAlpha != focus.alpha;
			shouldAlpha && (ctx.globalAlpha = ctxAlpha = focus.alpha), series.forEach((s, i) => {
				if (i > 0 && s.show && (cacheStrokeFill(i, !1), cacheStrokeFill(i, !0), s._paths == null)) {
					let _ctxAlpha = ctxAlpha;
					ctxAlpha != s.alpha && (ctx.globalAlpha = ctxAlpha = s.alpha);
					let _idxs = mode == 2 ? [0, data[i][0].length - 1] : getOuterIdxs(data[i]);
					s._paths = s.paths(self, i, _idxs[0], _idxs[1]), ctxAlpha != _ctxAlpha && (ctx.globalAlpha = ctxAlpha = _ctxAlpha);
				}
			}), series.forEach((s, i) => {
				if (i > 0 && s.show) {
					let _ctxAlpha = ctxAlpha;
					ctxAlpha != s.alpha && (ctx.globalAlpha = ctxAlpha = s.alpha), s._paths != null && drawPath(i, !1);
					{
						let _gaps = s._paths == null ? null : s._paths.gaps, show = s.points.show(self, i, i0, i1, _gaps), idxs = s.points.filter(self, i, show, _gaps);
						(show || idxs) && (s.points._paths = s.points.paths(self, i, i0, i1, idxs), drawPath(i, !0));
					}
					ctxAlpha != _ctxAlpha && (ctx.globalAlpha = ctxAlpha = _ctxAlpha), fire("drawSeries", i);
				}
			}), shouldAlpha && (ctx.globalAlpha = ctxAlpha = 1);
		}
	}
	function cacheStrokeFill(si, _points) {
		let s = _points ? series[si].points : series[si];
		s._stroke = s.stroke(self, si), s._fill = s.fill(self, si);
	}
	function drawPath(si, _points) {
		let s = _points ? series[si].points : series[si], { stroke, fill, clip: gapsClip, flags, _stroke: strokeStyle = s._stroke, _fill: fillStyle = s._fill, _width: width = s.width } = s._paths;
		width = roundDec(width * pxRatio, 3);
		let boundsClip = null, offset = width % 2 / 2;
		_points && fillStyle == null && (fillStyle = width > 0 ? "#fff" : strokeStyle);
		let _pxAlign = s.pxAlign == 1 && offset > 0;
		if (_pxAlign && ctx.translate(offset, offset), !_points) {
			let lft = plotLft - width / 2, top = plotTop - width / 2, wid = plotWid + width, hgt = plotHgt + width;
			boundsClip = new Path2D(), boundsClip.rect(lft, top, wid, hgt);
		}
		_points ? strokeFill(strokeStyle, width, s.dash, s.cap, fillStyle, stroke, fill, flags, gapsClip) : fillStroke(si, strokeStyle, width, s.dash, s.cap, fillStyle, stroke, fill, flags, boundsClip, gapsClip), _pxAlign && ctx.translate(-offset, -offset);
	}
	function fillStroke(si, strokeStyle, lineWidth, lineDash, lineCap, fillStyle, strokePath, fillPath, flags, boundsClip, gapsClip) {
		let didStrokeFill = !1;
		flags != 0 && bands.forEach((b, bi) => {
			if (b.series[0] == si) {
				let lowerEdge = series[b.series[1]], lowerData = data[b.series[1]], bandClip = (lowerEdge._paths || EMPTY_OBJ).band;
				isArr(bandClip) && (bandClip = b.dir == 1 ? bandClip[0] : bandClip[1]);
				let gapsClip2, _fillStyle = null;
				lowerEdge.show && bandClip && hasData(lowerData, i0, i1) ? (_fillStyle = b.fill(self, bi) || fillStyle, gapsClip2 = lowerEdge._paths.clip) : bandClip = null, strokeFill(strokeStyle, lineWidth, lineDash, lineCap, _fillStyle, strokePath, fillPath, flags, boundsClip, gapsClip, gapsClip2, bandClip), didStrokeFill = !0;
			}
		}), didStrokeFill || strokeFill(strokeStyle, lineWidth, lineDash, lineCap, fillStyle, strokePath, fillPath, flags, boundsClip, gapsClip);
	}
	function strokeFill(strokeStyle, lineWidth, lineDash, lineCap, fillStyle, strokePath, fillPath, flags, boundsClip, gapsClip, gapsClip2, bandClip) {
		setCtxStyle(strokeStyle, lineWidth, lineDash, lineCap, fillStyle), (boundsClip || gapsClip || bandClip) && (ctx.save(), boundsClip && ctx.clip(boundsClip), gapsClip && ctx.clip(gapsClip)), bandClip ? (flags & 3) == 3 ? (ctx.clip(bandClip), gapsClip2 && ctx.clip(gapsClip2), doFill(fillStyle, fillPath), doStroke(strokeStyle, strokePath, lineWidth)) : flags & BAND_CLIP_STROKE ? (doFill(fillStyle, fillPath), ctx.clip(bandClip), doStroke(strokeStyle, strokePath, lineWidth)) : flags & BAND_CLIP_FILL && (ctx.save(), ctx.clip(bandClip), gapsClip2 && ctx.clip(gapsClip2), doFill(fillStyle, fillPath), ctx.restore(), doStroke(strokeStyle, strokePath, lineWidth)) : (doFill(fillStyle, fillPath), doStroke(strokeStyle, strokePath, lineWidth)), (boundsClip || gapsClip || bandClip) && ctx.restore();
	}
	function doStroke(strokeStyle, strokePath, lineWidth) {
		lineWidth > 0 && (strokePath instanceof Map ? strokePath.forEach((strokePath, strokeStyle) => {
			ctx.strokeStyle = ctxStroke = strokeStyle, ctx.stroke(strokePath);
		}) : strokePath != null && strokeStyle && ctx.stroke(strokePath));
	}
	function doFill(fillStyle, fillPath) {
		fillPath instanceof Map ? fillPath.forEach((fillPath, fillStyle) => {
			ctx.fillStyle = ctxFill = fillStyle, ctx.fill(fillPath);
		}) : fillPath != null && fillStyle && ctx.fill(fillPath);
	}
	function getIncrSpace(axisIdx, min, max, fullDim) {
		let axis = axes[axisIdx], incrSpace;
		if (fullDim <= 0) incrSpace = [0, 0];
		else {
			let minSpace = axis._space = axis.space(self, axisIdx, min, max, fullDim);
			incrSpace = findIncr(min, max, axis._incrs = axis.incrs(self, axisIdx, min, max, fullDim, minSpace), fullDim, minSpace);
		}
		return axis._found = incrSpace;
	}
	function drawOrthoLines(offs, filts, ori, side, pos0, len, width, stroke, dash, cap) {
		let offset = width % 2 / 2;
		pxAlign == 1 && ctx.translate(offset, offset), setCtxStyle(stroke, width, dash, cap, stroke), ctx.beginPath();
		let x0, y0, x1, y1, pos1 = pos0 + (side == 0 || side == 3 ? -len : len);
		ori == 0 ? (y0 = pos0, y1 = pos1) : (x0 = pos0, x1 = pos1);
		for (let i = 0; i < offs.length; i++) filts[i] != null && (ori == 0 ? x0 = x1 = offs[i] : y0 = y1 = offs[i], ctx.moveTo(x0, y0), ctx.lineTo(x1, y1));
		ctx.stroke(), pxAlign == 1 && ctx.translate(-offset, -offset);
	}
	function axesCalc(cycleNum) {
		let converged = !0;
		return axes.forEach((axis, i) => {
			if (!axis.show) return;
			let scale = scales[axis.scale];
			if (scale.min == null) {
				axis._show && (converged = !1, axis._show = !1, resetYSeries(!1));
				return;
			}
			axis._show || (converged = !1, axis._show = !0, resetYSeries(!1));
			let side = axis.side, ori = side % 2, { min, max } = scale, [_incr, _space] = getIncrSpace(i, min, max, ori == 0 ? plotWidCss : plotHgtCss);
			if (_space == 0) return;
			let forceMin = scale.distr == 2, _splits = axis._splits = axis.splits(self, i, min, max, _incr, _space, forceMin), splits = scale.distr == 2 ? _splits.map((i) => data0[i]) : _splits, incr = scale.distr == 2 ? data0[_splits[1]] - data0[_splits[0]] : _incr, values = axis._values = axis.values(self, axis.filter(self, splits, i, _space, incr), i, _space, incr);
			axis._rotate = side == 2 ? axis.rotate(self, values, i, _space) : 0;
			let oldSize = axis._size;
			axis._size = ceil(axis.size(self, values, i, cycleNum)), oldSize != null && axis._size != oldSize && (converged = !1);
		}), converged;
	}
	function paddingCalc(cycleNum) {
		let converged = !0;
		return padding.forEach((p, i) => {
			let _p = p(self, i, sidesWithAxes, cycleNum);
			_p != _padding[i] && (converged = !1), _padding[i] = _p;
		}), converged;
	}
	function drawAxesGrid() {
		for (let i = 0; i < axes.length; i++) {
			let axis = axes[i];
			if (!axis.show || !axis._show) continue;
			let side = axis.side, ori = side % 2, x, y, fillStyle = axis.stroke(self, i), shiftDir = side == 0 || side == 3 ? -1 : 1, [_incr, _space] = axis._found;
			if (axis.label != null) {
				let shiftAmt = axis.labelGap * shiftDir, baseLpos = round((axis._lpos + shiftAmt) * pxRatio);
				setFontStyle(axis.labelFont[0], fillStyle, "center", side == 2 ? TOP : BOTTOM), ctx.save(), ori == 1 ? (x = y = 0, ctx.translate(baseLpos, round(plotTop + plotHgt / 2)), ctx.rotate((side == 3 ? -PI : PI) / 2)) : (x = round(plotLft + plotWid / 2), y = baseLpos);
				let _label = isFn(axis.label) ? axis.label(self, i, _incr, _space) : axis.label;
				ctx.fillText(_label, x, y), ctx.restore();
			}
			if (_space == 0) continue;
			let scale = scales[axis.scale], plotDim = ori == 0 ? plotWid : plotHgt, plotOff = ori == 0 ? plotLft : plotTop, _splits = axis._splits, splits = scale.distr == 2 ? _splits.map((i) => data0[i]) : _splits, incr = scale.distr == 2 ? data0[_splits[1]] - data0[_splits[0]] : _incr, ticks = axis.ticks, border = axis.border, _tickSize = ticks.show ? ticks.size : 0, tickSize = round(_tickSize * pxRatio), axisGap = round((axis.alignTo == 2 ? axis._size - _tickSize - axis.gap : axis.gap) * pxRatio), angle = axis._rotate * -PI / 180, basePos = pxRound(axis._pos * pxRatio), finalPos = basePos + (tickSize + axisGap) * shiftDir;
			y = ori == 0 ? finalPos : 0, x = ori == 1 ? finalPos : 0;
			let font = axis.font[0];
			setFontStyle(font, fillStyle, axis.align == 1 ? LEFT : axis.align == 2 ? RIGHT : angle > 0 ? LEFT : angle < 0 ? RIGHT : ori == 0 ? "center" : side == 3 ? RIGHT : LEFT, angle || ori == 1 ? "middle" : side == 2 ? TOP : BOTTOM);
			let lineHeight = axis.font[1] * axis.lineGap, canOffs = _splits.map((val) => pxRound(getPos(val, scale, plotDim, plotOff))), _values = axis._values;
			for (let i = 0; i < _values.length; i++) {
				let val = _values[i];
				if (val != null) {
					ori == 0 ? x = canOffs[i] : y = canOffs[i], val = "" + val;
					let _parts = val.indexOf("\n") == -1 ? [val] : val.split(/\n/gm);
					for (let j = 0; j < _parts.length; j++) {
						let text = _parts[j];
						angle ? (ctx.save(), ctx.translate(x, y + j * lineHeight), ctx.rotate(angle), ctx.fillText(text, 0, 0), ctx.restore()) : ctx.fillText(text, x, y + j * lineHeight);
					}
				}
			}
			ticks.show && drawOrthoLines(canOffs, ticks.filter(self, splits, i, _space, incr), ori, side, basePos, tickSize, roundDec(ticks.width * pxRatio, 3), ticks.stroke(self, i), ticks.dash, ticks.cap);
			let grid = axis.grid;
			grid.show && drawOrthoLines(canOffs, grid.filter(self, splits, i, _space, incr), ori, ori == 0 ? 2 : 1, ori == 0 ? plotTop : plotLft, ori == 0 ? plotHgt : plotWid, roundDec(grid.width * pxRatio, 3), grid.stroke(self, i), grid.dash, grid.cap), border.show && drawOrthoLines([basePos], [1], +(ori == 0), ori == 0 ? 1 : 2, ori == 1 ? plotTop : plotLft, ori == 1 ? plotHgt : plotWid, roundDec(border.width * pxRatio, 3), border.stroke(self, i), border.dash, border.cap);
		}
		fire("drawAxes");
	}
	function resetYSeries(minMax) {
		series.forEach((s, i) => {
			i > 0 && (s._paths = null, minMax && (mode == 1 ? (s.min = null, s.max = null) : s.facets.forEach((f) => {
				f.min = null, f.max = null;
			})));
		});
	}
	let queuedCommit = !1, deferHooks = !1, hooksQueue = [];
	function flushHooks() {
		deferHooks = !1;
		for (let i = 0; i < hooksQueue.length; i++) fire(...hooksQueue[i]);
		hooksQueue.length = 0;
	}
	function commit() {
		queuedCommit ||= (microTask(_commit), !0);
	}
	function batch(fn, _deferHooks = !1) {
		queuedCommit = !0, deferHooks = _deferHooks, fn(self), _commit(), _deferHooks && hooksQueue.length > 0 && queueMicrotask(flushHooks);
	}
	self.batch = batch;
	function _commit() {
		if (shouldSetScales &&= (setScales(), !1), shouldConvergeSize &&= (convergeSize(), !1), shouldSetSize) {
			if (setStylePx(under, LEFT, plotLftCss), setStylePx(under, TOP, plotTopCss), setStylePx(under, WIDTH, plotWidCss), setStylePx(under, HEIGHT, plotHgtCss), setStylePx(over, LEFT, plotLftCss), setStylePx(over, TOP, plotTopCss), setStylePx(over, WIDTH, plotWidCss), setStylePx(over, HEIGHT, plotHgtCss), setStylePx(wrap, WIDTH, fullWidCss), setStylePx(wrap, HEIGHT, fullHgtCss), can.width = round(fullWidCss * pxRatio), can.height = round(fullHgtCss * pxRatio), axes.forEach(({ _el, _show, _size, _pos, side }) => {
				if (_el != null) {
					if (_show) {
						let posOffset = side === 3 || side === 0 ? _size : 0, isVt = side % 2 == 1;
						setStylePx(_el, isVt ? "left" : "top", _pos - posOffset), setStylePx(_el, isVt ? "width" : "height", _size), setStylePx(_el, isVt ? "top" : "left", isVt ? plotTopCss : plotLftCss), setStylePx(_el, isVt ? "height" : "width", isVt ? plotHgtCss : plotWidCss), remClass(_el, OFF);
					} else addClass(_el, OFF);
				}
			}), ctxStroke = ctxFill = ctxWidth = ctxJoin = ctxCap = ctxFont = ctxAlign = ctxBaseline = ctxDash = null, ctxAlpha = 1, syncRect(!0), plotLftCss != _plotLftCss || plotTopCss != _plotTopCss || plotWidCss != _plotWidCss || plotHgtCss != _plotHgtCss) {
				resetYSeries(!1);
				let pctWid = plotWidCss / _plotWidCss, pctHgt = plotHgtCss / _plotHgtCss;
				if (showCursor && !shouldSetCursor && cursor.left >= 0) {
					cursor.left *= pctWid, cursor.top *= pctHgt, vCursor && elTrans(vCursor, round(cursor.left), 0, plotWidCss, plotHgtCss), hCursor && elTrans(hCursor, 0, round(cursor.top), plotWidCss, plotHgtCss);
					for (let i = 0; i < cursorPts.length; i++) {
						let pt = cursorPts[i];
						pt != null && (cursorPtsLft[i] *= pctWid, cursorPtsTop[i] *= pctHgt, elTrans(pt, ceil(cursorPtsLft[i]), ceil(cursorPtsTop[i]), plotWidCss, plotHgtCss));
					}
				}
				if (select.show && !shouldSetSelect && select.left >= 0 && select.width > 0) {
					select.left *= pctWid, select.width *= pctWid, select.top *= pctHgt, select.height *= pctHgt;
					for (let prop in _hideProps) setStylePx(selectDiv, prop, select[prop]);
				}
				_plotLftCss = plotLftCss, _plotTopCss = plotTopCss, _plotWidCss = plotWidCss, _plotHgtCss = plotHgtCss;
			}
			fire("setSize"), shouldSetSize = !1;
		}
		fullWidCss > 0 && fullHgtCss > 0 && (ctx.clearRect(0, 0, can.width, can.height), fire("drawClear"), drawOrder.forEach((fn) => fn()), fire("draw")), select.show && shouldSetSelect && (setSelect(select), shouldSetSelect = !1), showCursor && shouldSetCursor && (updateCursor(null, !0, !1), shouldSetCursor = !1), legend.show && legend.live && shouldSetLegend && (setLegend(), shouldSetLegend = !1), ready || (ready = !0, self.status = 1, fire("ready")), viaAutoScaleX = !1, queuedCommit = !1;
	}
	self.redraw = (rebuildPaths, recalcAxes) => {
		shouldConvergeSize = recalcAxes || !1, rebuildPaths === !1 ? commit() : _setScale(xScaleKey, scaleX.min, scaleX.max);
	};
	function setScale(key, opts) {
		let sc = scales[key];
		if (sc.from == null) {
			if (dataLen == 0) {
				let minMax = sc.range(self, opts.min, opts.max, key);
				opts.min = minMax[0], opts.max = minMax[1];
			}
			if (opts.min > opts.max) {
				let _min = opts.min;
				opts.min = opts.max, opts.max = _min;
			}
			if (dataLen > 1 && opts.min != null && opts.max != null && opts.max - opts.min < 1e-16) return;
			key == xScaleKey && sc.distr == 2 && dataLen > 0 && (opts.min = closestIdx(opts.min, data[0]), opts.max = closestIdx(opts.max, data[0]), opts.min == opts.max && opts.max++), pendScales[key] = opts, shouldSetScales = !0, commit();
		}
	}
	self.setScale = setScale;
	let xCursor, yCursor, vCursor, hCursor, rawMouseLeft0, rawMouseTop0, mouseLeft0, mouseTop0, rawMouseLeft1, rawMouseTop1, mouseLeft1, mouseTop1, dragging = !1, drag = cursor.drag, dragX = drag.x, dragY = drag.y;
	showCursor && (cursor.x && (xCursor = placeDiv(CURSOR_X, over)), cursor.y && (yCursor = placeDiv(CURSOR_Y, over)), scaleX.ori == 0 ? (vCursor = xCursor, hCursor = yCursor) : (vCursor = yCursor, hCursor = xCursor), mouseLeft1 = cursor.left, mouseTop1 = cursor.top);
	let select = self.select = assign({
		show: !0,
		over: !0,
		left: 0,
		width: 0,
		top: 0,
		height: 0
	}, opts.select), selectDiv = select.show ? placeDiv(SELECT, select.over ? over : under) : null;
	function setSelect(opts, _fire) {
		if (select.show) {
			for (let prop in opts) select[prop] = opts[prop], prop in _hideProps && setStylePx(selectDiv, prop, opts[prop]);
			_fire !== !1 && fire("setSelect");
		}
	}
	self.setSelect = setSelect;
	function toggleDOM(i) {
		if (series[i].show) showLegend && remClass(legendRows[i], OFF);
		else if (showLegend && addClass(legendRows[i], OFF), showCursor) {
			let pt = cursorOnePt ? cursorPts[0] : cursorPts[i];
			pt != null && elTrans(pt, -10, -10, plotWidCss, plotHgtCss);
		}
	}
	function _setScale(key, min, max) {
		setScale(key, {
			min,
			max
		});
	}
	function setSeries(i, opts, _fire, _pub) {
		opts.focus != null && setFocus(i), opts.show != null && series.forEach((s, si) => {
			si > 0 && (i == si || i == null) && (s.show = opts.show, toggleDOM(si), mode == 2 ? (_setScale(s.facets[0].scale, null, null), _setScale(s.facets[1].scale, null, null)) : _setScale(s.scale, null, null), commit());
		}), _fire !== !1 && fire("setSeries", i, opts), _pub && pubSync("setSeries", self, i, opts);
	}
	self.setSeries = setSeries;
	function setBand(bi, opts) {
		assign(bands[bi], opts);
	}
	function addBand(opts, bi) {
		opts.fill = fnOrSelf(opts.fill || null), opts.dir = ifNull(opts.dir, -1), bi ??= bands.length, bands.splice(bi, 0, opts);
	}
	function delBand(bi) {
		bi == null ? bands.length = 0 : bands.splice(bi, 1);
	}
	self.addBand = addBand, self.setBand = setBand, self.delBand = delBand;
	function setAlpha(i, value) {
		series[i].alpha = value, showCursor && cursorPts[i] != null && (cursorPts[i].style.opacity = value), showLegend && legendRows[i] && (legendRows[i].style.opacity = value);
	}
	let closestDist, closestSeries, focusedSeries, FOCUS_TRUE = { focus: !0 };
	function setFocus(i) {
		if (i != focusedSeries) {
			let allFocused = i == null, _setAlpha = focus.alpha != 1;
			series.forEach((s, i2) => {
				if (mode == 1 || i2 > 0) {
					let isFocused = allFocused || i2 == 0 || i2 == i;
					s._focus = allFocused ? null : isFocused, _setAlpha && setAlpha(i2, isFocused ? 1 : focus.alpha);
				}
			}), focusedSeries = i, _setAlpha && commit();
		}
	}
	showLegend && cursorFocus && onMouse(mouseleave, legendTable, (e) => {
		cursor._lock || (setCursorEvent(e), focusedSeries != null && setSeries(null, FOCUS_TRUE, !0, syncOpts.setSeries));
	});
	function posToVal(pos, scale, can) {
		let sc = scales[scale];
		can && (pos = pos / pxRatio - (sc.ori == 1 ? plotTopCss : plotLftCss));
		let dim = plotWidCss;
		sc.ori == 1 && (dim = plotHgtCss, pos = dim - pos), sc.dir == -1 && (pos = dim - pos);
		let _min = sc._min, _max = sc._max, pct = pos / dim, sv = _min + (_max - _min) * pct, distr = sc.distr;
		return distr == 3 ? pow(10, sv) : distr == 4 ? sinh(sv, sc.asinh) : distr == 100 ? sc.bwd(sv) : sv;
	}
	function closestIdxFromXpos(pos, can) {
		return closestIdx(posToVal(pos, xScaleKey, can), data[0], i0, i1);
	}
	self.valToIdx = (val) => closestIdx(val, data[0]), self.posToIdx = closestIdxFromXpos, self.posToVal = posToVal, self.valToPos = (val, scale, can) => scales[scale].ori == 0 ? getHPos(val, scales[scale], can ? plotWid : plotWidCss, can ? plotLft : 0) : getVPos(val, scales[scale], can ? plotHgt : plotHgtCss, can ? plotTop : 0), self.setCursor = (opts, _fire, _pub) => {
		mouseLeft1 = opts.left, mouseTop1 = opts.top, updateCursor(null, _fire, _pub);
	};
	function setSelH(off, dim) {
		setStylePx(selectDiv, LEFT, select.left = off), setStylePx(selectDiv, WIDTH, select.width = dim);
	}
	function setSelV(off, dim) {
		setStylePx(selectDiv, TOP, select.top = off), setStylePx(selectDiv, HEIGHT, select.height = dim);
	}
	let setSelX = scaleX.ori == 0 ? setSelH : setSelV, setSelY = scaleX.ori == 1 ? setSelH : setSelV;
	function syncLegend() {
		if (showLegend && legend.live) for (let i = +(mode == 2); i < series.length; i++) {
			if (i == 0 && multiValLegend) continue;
			let vals = legend.values[i], j = 0;
			for (let k in vals) legendCells[i][j++].firstChild.nodeValue = vals[k];
		}
	}
	function setLegend(opts, _fire) {
		if (opts != null && (opts.idxs ? opts.idxs.forEach((didx, sidx) => {
			activeIdxs[sidx] = didx;
		}) : isUndef(opts.idx) || activeIdxs.fill(opts.idx), legend.idx = activeIdxs[0]), showLegend && legend.live) {
			for (let sidx = 0; sidx < series.length; sidx++) (sidx > 0 || mode == 1 && !multiValLegend) && setLegendValues(sidx, activeIdxs[sidx]);
			syncLegend();
		}
		shouldSetLegend = !1, _fire !== !1 && fire("setLegend");
	}
	self.setLegend = setLegend;
	function setLegendValues(sidx, idx) {
		let s = series[sidx], src = sidx == 0 && xScaleDistr == 2 ? data0 : data[sidx], val;
		multiValLegend ? val = s.values(self, sidx, idx) ?? NULL_LEGEND_VALUES : (val = s.value(self, idx == null ? null : src[idx], sidx, idx), val = val == null ? NULL_LEGEND_VALUES : { _: val }), legend.values[sidx] = val;
	}
	function updateCursor(src, _fire, _pub) {
		rawMouseLeft1 = mouseLeft1, rawMouseTop1 = mouseTop1, [mouseLeft1, mouseTop1] = cursor.move(self, mouseLeft1, mouseTop1), cursor.left = mouseLeft1, cursor.top = mouseTop1, showCursor && (vCursor && elTrans(vCursor, round(mouseLeft1), 0, plotWidCss, plotHgtCss), hCursor && elTrans(hCursor, 0, round(mouseTop1), plotWidCss, plotHgtCss));
		let idx, noDataInRange = i0 > i1;
		closestDist = inf, closestSeries = null;
		let xDim = scaleX.ori == 0 ? plotWidCss : plotHgtCss, yDim = scaleX.ori == 1 ? plotWidCss : plotHgtCss;
		if (mouseLeft1 < 0 || dataLen == 0 || noDataInRange) {
			idx = cursor.idx = null;
			for (let i = 0; i < series.length; i++) {
				let pt = cursorPts[i];
				pt != null && elTrans(pt, -10, -10, plotWidCss, plotHgtCss);
			}
			cursorFocus && setSeries(null, FOCUS_TRUE, !0, src == null && syncOpts.setSeries), legend.live && (activeIdxs.fill(idx), shouldSetLegend = !0);
		} else {
			let mouseXPos, valAtPosX, xPos;
			mode == 1 && (mouseXPos = scaleX.ori == 0 ? mouseLeft1 : mouseTop1, valAtPosX = posToVal(mouseXPos, xScaleKey), idx = cursor.idx = closestIdx(valAtPosX, data[0], i0, i1), xPos = valToPosX(data[0][idx], scaleX, xDim, 0));
			let _ptLft = -10, _ptTop = -10, _ptWid = 0, _ptHgt = 0, _centered = !0, _ptFill = "", _ptStroke = "";
			for (let i = +(mode == 2); i < series.length; i++) {
				let s = series[i], idx1 = activeIdxs[i], yVal1 = idx1 == null ? null : mode == 1 ? data[i][idx1] : data[i][1][idx1], idx2 = cursor.dataIdx(self, i, idx, valAtPosX), yVal2 = idx2 == null ? null : mode == 1 ? data[i][idx2] : data[i][1][idx2];
				if (shouldSetLegend = shouldSetLegend || yVal2 != yVal1 || idx2 != idx1, activeIdxs[i] = idx2, i > 0 && s.show) {
					let xPos2 = idx2 == null ? -10 : idx2 == idx ? xPos : valToPosX(mode == 1 ? data[0][idx2] : data[i][0][idx2], scaleX, xDim, 0), yPos = yVal2 == null ? -10 : valToPosY(yVal2, mode == 1 ? scales[s.scale] : scales[s.facets[1].scale], yDim, 0);
					if (cursorFocus && yVal2 != null) {
						let mouseYPos = scaleX.ori == 1 ? mouseLeft1 : mouseTop1, dist = abs(focus.dist(self, i, idx2, yPos, mouseYPos));
						if (dist < closestDist) {
							let bias = focus.bias;
							if (bias != 0) {
								let mouseYVal = posToVal(mouseYPos, s.scale), seriesYValSign = yVal2 >= 0 ? 1 : -1, mouseYValSign = mouseYVal >= 0 ? 1 : -1;
								mouseYValSign == seriesYValSign && (mouseYValSign == 1 ? bias == 1 ? yVal2 >= mouseYVal : yVal2 <= mouseYVal : bias == 1 ? yVal2 <= mouseYVal : yVal2 >= mouseYVal) && (closestDist = dist, closestSeries = i);
							} else closestDist = dist, closestSeries = i;
						}
					}
					if (shouldSetLegend || cursorOnePt) {
						let hPos, vPos;
						scaleX.ori == 0 ? (hPos = xPos2, vPos = yPos) : (hPos = yPos, vPos = xPos2);
						let ptWid, ptHgt, ptLft, ptTop, ptStroke, ptFill, centered = !0, getBBox = points.bbox;
						if (getBBox != null) {
							centered = !1;
							let bbox = getBBox(self, i);
							ptLft = bbox.left, ptTop = bbox.top, ptWid = bbox.width, ptHgt = bbox.height;
						} else ptLft = hPos, ptTop = vPos, ptWid = ptHgt = points.size(self, i);
						if (ptFill = points.fill(self, i), ptStroke = points.stroke(self, i), cursorOnePt) i == closestSeries && closestDist <= focus.prox && (_ptLft = ptLft, _ptTop = ptTop, _ptWid = ptWid, _ptHgt = ptHgt, _centered = centered, _ptFill = ptFill, _ptStroke = ptStroke);
						else {
							let pt = cursorPts[i];
							pt != null && (cursorPtsLft[i] = ptLft, cursorPtsTop[i] = ptTop, elSize(pt, ptWid, ptHgt, centered), elColor(pt, ptFill, ptStroke), elTrans(pt, ceil(ptLft), ceil(ptTop), plotWidCss, plotHgtCss));
						}
					}
				}
			}
			if (cursorOnePt) {
				let p = focus.prox;
				if (shouldSetLegend || (focusedSeries == null ? closestDist <= p : closestDist > p || closestSeries != focusedSeries)) {
					let pt = cursorPts[0];
					pt != null && (cursorPtsLft[0] = _ptLft, cursorPtsTop[0] = _ptTop, elSize(pt, _ptWid, _ptHgt, _centered), elColor(pt, _ptFill, _ptStroke), elTrans(pt, ceil(_ptLft), ceil(_ptTop), plotWidCss, plotHgtCss));
				}
			}
		}
		if (select.show && dragging) {
			if (src != null) {
				let [xKey, yKey] = syncOpts.scales, [matchXKeys, matchYKeys] = syncOpts.match, [xKeySrc, yKeySrc] = src.cursor.sync.scales, sdrag = src.cursor.drag;
				if (dragX = sdrag._x, dragY = sdrag._y, dragX || dragY) {
					let { left, top, width, height } = src.select, sori = src.scales[xKeySrc].ori, sPosToVal = src.posToVal, sOff, sDim, sc, a, b, matchingX = xKey != null && matchXKeys(xKey, xKeySrc), matchingY = yKey != null && matchYKeys(yKey, yKeySrc);
					matchingX && dragX ? (sori == 0 ? (sOff = left, sDim = width) : (sOff = top, sDim = height), sc = scales[xKey], a = valToPosX(sPosToVal(sOff, xKeySrc), sc, xDim, 0), b = valToPosX(sPosToVal(sOff + sDim, xKeySrc), sc, xDim, 0), setSelX(min(a, b), abs(b - a))) : setSelX(0, xDim), matchingY && dragY ? (sori == 1 ? (sOff = left, sDim = width) : (sOff = top, sDim = height), sc = scales[yKey], a = valToPosY(sPosToVal(sOff, yKeySrc), sc, yDim, 0), b = valToPosY(sPosToVal(sOff + sDim, yKeySrc), sc, yDim, 0), setSelY(min(a, b), abs(b - a))) : setSelY(0, yDim);
				} else hideSelect();
			} else {
				let rawDX = abs(rawMouseLeft1 - rawMouseLeft0), rawDY = abs(rawMouseTop1 - rawMouseTop0);
				if (scaleX.ori == 1) {
					let _rawDX = rawDX;
					rawDX = rawDY, rawDY = _rawDX;
				}
				dragX = drag.x && rawDX >= drag.dist, dragY = drag.y && rawDY >= drag.dist;
				let uni = drag.uni;
				uni == null ? drag.x && drag.y && (dragX || dragY) && (dragX = dragY = !0) : dragX && dragY && (dragX = rawDX >= uni, dragY = rawDY >= uni, !dragX && !dragY && (rawDY > rawDX ? dragY = !0 : dragX = !0));
				let p0, p1;
				dragX && (scaleX.ori == 0 ? (p0 = mouseLeft0, p1 = mouseLeft1) : (p0 = mouseTop0, p1 = mouseTop1), setSelX(min(p0, p1), abs(p1 - p0)), dragY || setSelY(0, yDim)), dragY && (scaleX.ori == 1 ? (p0 = mouseLeft0, p1 = mouseLeft1) : (p0 = mouseTop0, p1 = mouseTop1), setSelY(min(p0, p1), abs(p1 - p0)), dragX || setSelX(0, xDim)), !dragX && !dragY && (setSelX(0, 0), setSelY(0, 0));
			}
		}
		if (drag._x = dragX, drag._y = dragY, src == null) {
			if (_pub) {
				if (syncKey != null) {
					let [xSyncKey, ySyncKey] = syncOpts.scales;
					syncOpts.values[0] = xSyncKey == null ? null : posToVal(scaleX.ori == 0 ? mouseLeft1 : mouseTop1, xSyncKey), syncOpts.values[1] = ySyncKey == null ? null : posToVal(scaleX.ori == 1 ? mouseLeft1 : mouseTop1, ySyncKey);
				}
				pubSync(mousemove, self, mouseLeft1, mouseTop1, plotWidCss, plotHgtCss, idx);
			}
			if (cursorFocus) {
				let shouldPub = _pub && syncOpts.setSeries, p = focus.prox;
				focusedSeries == null ? closestDist <= p && setSeries(closestSeries, FOCUS_TRUE, !0, shouldPub) : closestDist > p ? setSeries(null, FOCUS_TRUE, !0, shouldPub) : closestSeries != focusedSeries && setSeries(closestSeries, FOCUS_TRUE, !0, shouldPub);
			}
		}
		shouldSetLegend && (legend.idx = idx, setLegend()), _fire !== !1 && fire("setCursor");
	}
	let rect = null;
	Object.defineProperty(self, "rect", { get() {
		return rect ?? syncRect(!1), rect;
	} });
	function syncRect(defer = !1) {
		defer ? rect = null : (rect = over.getBoundingClientRect(), fire("syncRect", rect));
	}
	function mouseMove(e, src, _l, _t, _w, _h, _i) {
		cursor._lock || dragging && e != null && e.movementX == 0 && e.movementY == 0 || (cacheMouse(e, src, _l, _t, _w, _h, _i, !1, e != null), e == null ? updateCursor(src, !0, !1) : updateCursor(null, !0, !0));
	}
	function cacheMouse(e, src, _l, _t, _w, _h, _i, initial, snap) {
		if (rect ?? syncRect(!1), setCursorEvent(e), e != null) _l = e.clientX - rect.left, _t = e.clientY - rect.top;
		else {
			if (_l < 0 || _t < 0) {
				mouseLeft1 = -10, mouseTop1 = -10;
				return;
			}
			let [xKey, yKey] = syncOpts.scales, syncOptsSrc = src.cursor.sync, [xValSrc, yValSrc] = syncOptsSrc.values, [xKeySrc, yKeySrc] = syncOptsSrc.scales, [matchXKeys, matchYKeys] = syncOpts.match, rotSrc = src.axes[0].side % 2 == 1, xDim = scaleX.ori == 0 ? plotWidCss : plotHgtCss, yDim = scaleX.ori == 1 ? plotWidCss : plotHgtCss, _xDim = rotSrc ? _h : _w, _yDim = rotSrc ? _w : _h, _xPos = rotSrc ? _t : _l, _yPos = rotSrc ? _l : _t;
			if (_l = xKeySrc == null ? _xPos / _xDim * xDim : matchXKeys(xKey, xKeySrc) ? getPos(xValSrc, scales[xKey], xDim, 0) : -10, _t = yKeySrc == null ? _yPos / _yDim * yDim : matchYKeys(yKey, yKeySrc) ? getPos(yValSrc, scales[yKey], yDim, 0) : -10, scaleX.ori == 1) {
				let __l = _l;
				_l = _t, _t = __l;
			}
		}
		snap && (src == null || src.cursor.event.type == mousemove) && ((_l <= 1 || _l >= plotWidCss - 1) && (_l = incrRound(_l, plotWidCss)), (_t <= 1 || _t >= plotHgtCss - 1) && (_t = incrRound(_t, plotHgtCss))), initial ? (rawMouseLeft0 = _l, rawMouseTop0 = _t, [mouseLeft0, mouseTop0] = cursor.move(self, _l, _t)) : (mouseLeft1 = _l, mouseTop1 = _t);
	}
	let _hideProps = {
		width: 0,
		height: 0,
		left: 0,
		top: 0
	};
	function hideSelect() {
		setSelect(_hideProps, !1);
	}
	let downSelectLeft, downSelectTop, downSelectWidth, downSelectHeight;
	function mouseDown(e, src, _l, _t, _w, _h, _i) {
		dragging = !0, dragX = dragY = drag._x = drag._y = !1, cacheMouse(e, src, _l, _t, _w, _h, _i, !0, !1), e != null && (onMouse(mouseup, doc, mouseUp, !1), pubSync(mousedown, self, mouseLeft0, mouseTop0, plotWidCss, plotHgtCss, null));
		let { left, top, width, height } = select;
		downSelectLeft = left, downSelectTop = top, downSelectWidth = width, downSelectHeight = height;
	}
	function mouseUp(e, src, _l, _t, _w, _h, _i) {
		dragging = drag._x = drag._y = !1, cacheMouse(e, src, _l, _t, _w, _h, _i, !1, !0);
		let { left, top, width, height } = select, hasSelect = width > 0 || height > 0, chgSelect = downSelectLeft != left || downSelectTop != top || downSelectWidth != width || downSelectHeight != height;
		if (hasSelect && chgSelect && setSelect(select), drag.setScale && hasSelect && chgSelect) {
			let xOff = left, xDim = width, yOff = top, yDim = height;
			if (scaleX.ori == 1 && (xOff = top, xDim = height, yOff = left, yDim = width), dragX && _setScale(xScaleKey, posToVal(xOff, xScaleKey), posToVal(xOff + xDim, xScaleKey)), dragY) for (let k in scales) {
				let sc = scales[k];
				k != xScaleKey && sc.from == null && sc.min != inf && _setScale(k, posToVal(yOff + yDim, k), posToVal(yOff, k));
			}
			hideSelect();
		} else cursor.lock && (cursor._lock = !cursor._lock, updateCursor(src, !0, e != null));
		e != null && (offMouse(mouseup, doc), pubSync(mouseup, self, mouseLeft1, mouseTop1, plotWidCss, plotHgtCss, null));
	}
	function mouseLeave(e, src, _l, _t, _w, _h, _i) {
		if (cursor._lock) return;
		setCursorEvent(e);
		let _dragging = dragging;
		if (dragging) {
			let snapH = !0, snapV = !0, dragH, dragV;
			scaleX.ori == 0 ? (dragH = dragX, dragV = dragY) : (dragH = dragY, dragV = dragX), dragH && dragV && (snapH = mouseLeft1 <= 10 || mouseLeft1 >= plotWidCss - 10, snapV = mouseTop1 <= 10 || mouseTop1 >= plotHgtCss - 10), dragH && snapH && (mouseLeft1 = mouseLeft1 < mouseLeft0 ? 0 : plotWidCss), dragV && snapV && (mouseTop1 = mouseTop1 < mouseTop0 ? 0 : plotHgtCss), updateCursor(null, !0, !0), dragging = !1;
		}
		mouseLeft1 = -10, mouseTop1 = -10, activeIdxs.fill(null), updateCursor(null, !0, !0), _dragging && (dragging = _dragging);
	}
	function dblClick(e, src, _l, _t, _w, _h, _i) {
		cursor._lock || (setCursorEvent(e), autoScaleX(), hideSelect(), e != null && pubSync(dblclick, self, mouseLeft1, mouseTop1, plotWidCss, plotHgtCss, null));
	}
	function syncPxRatio() {
		axes.forEach(syncFontSize), _setSize(self.width, self.height, !0);
	}
	on(dppxchange, win, syncPxRatio);
	let events = {};
	events.mousedown = mouseDown, events.mousemove = mouseMove, events.mouseup = mouseUp, events.dblclick = dblClick, events.setSeries = (e, src, idx, opts) => {
		let seriesIdxMatcher = syncOpts.match[2];
		idx = seriesIdxMatcher(self, src, idx), idx != -1 && setSeries(idx, opts, !0, !1);
	}, showCursor && (onMouse(mousedown, over, mouseDown), onMouse(mousemove, over, mouseMove), onMouse(mouseenter, over, (e) => {
		setCursorEvent(e), syncRect(!1);
	}), onMouse(mouseleave, over, mouseLeave), onMouse(dblclick, over, dblClick), cursorPlots.add(self), self.syncRect = syncRect);
	let hooks = self.hooks = opts.hooks || {};
	function fire(evName, a1, a2) {
		deferHooks ? hooksQueue.push([
			evName,
			a1,
			a2
		]) : evName in hooks && hooks[evName].forEach((fn) => {
			fn.call(null, self, a1, a2);
		});
	}
	(opts.plugins || []).forEach((p) => {
		for (let evName in p.hooks) hooks[evName] = (hooks[evName] || []).concat(p.hooks[evName]);
	});
	let seriesIdxMatcher = (self, src, srcSeriesIdx) => srcSeriesIdx, syncOpts = assign({
		key: null,
		setSeries: !1,
		filters: {
			pub: retTrue,
			sub: retTrue
		},
		scales: [xScaleKey, series[1] ? series[1].scale : null],
		match: [
			retEq,
			retEq,
			seriesIdxMatcher
		],
		values: [null, null]
	}, cursor.sync);
	syncOpts.match.length == 2 && syncOpts.match.push(seriesIdxMatcher), cursor.sync = syncOpts;
	let syncKey = syncOpts.key, sync = _sync(syncKey);
	function pubSync(type, src, x, y, w, h, i) {
		syncOpts.filters.pub(type, src, x, y, w, h, i) && sync.pub(type, src, x, y, w, h, i);
	}
	sync.sub(self);
	function pub(type, src, x, y, w, h, i) {
		syncOpts.filters.sub(type, src, x, y, w, h, i) && events[type](null, src, x, y, w, h, i);
	}
	self.pub = pub;
	function destroy() {
		sync.unsub(self), cursorPlots.delete(self), mouseListeners.clear(), off(dppxchange, win, syncPxRatio), root.remove(), legendTable?.remove(), fire("destroy");
	}
	self.destroy = destroy;
	function _init() {
		fire("init", opts, data), setData(data || opts.data, !1), pendScales[xScaleKey] ? setScale(xScaleKey, pendScales[xScaleKey]) : autoScaleX(), shouldSetSelect = select.show && (select.width > 0 || select.height > 0), shouldSetCursor = shouldSetLegend = !0, _setSize(opts.width, opts.height);
	}
	return series.forEach(initSeries), axes.forEach(initAxis), then ? then instanceof HTMLElement ? (then.appendChild(root), _init()) : then(self, _init) : _init(), self;
}
uPlot.assign = assign, uPlot.fmtNum = fmtNum, uPlot.rangeNum = rangeNum, uPlot.rangeLog = rangeLog, uPlot.rangeAsinh = rangeAsinh, uPlot.orient = orient, uPlot.pxRatio = pxRatio, uPlot.join = join, uPlot.fmtDate = fmtDate, uPlot.tzDate = tzDate, uPlot.sync = _sync;
{
	uPlot.addGap = addGap, uPlot.clipGaps = clipGaps;
	let paths = uPlot.paths = { points };
	paths.linear = linear, paths.stepped = stepped, paths.bars = bars, paths.spline = monotoneCubic;
}
// src/components/chart.tsx
/** The value of a colour as the page shows it now: light-dark() has to be resolved for a canvas. */
function colorOf(element, name) {
	let probe = document.createElement("span");
	probe.style.color = `var(${name})`, element.append(probe);
	let color = getComputedStyle(probe).color;
	return probe.remove(), color;
}
/** A colour such as rgb(1, 2, 3) that lets what is behind it shine through. */
function faded(color, share) {
	let [r = 0, g = 0, b = 0] = (color.match(/[\d.]+/g) ?? []).map(Number);
	return `rgba(${r}, ${g}, ${b}, ${share})`;
}
/** Stretches in which no line has a value: the node was down, or was not there yet at the beginning. Places of the first and the last point. */
function gapsOf(lines) {
	let measured = lines.filter((l) => !l.dashed), length = measured[0]?.values.length ?? 0, gaps = [];
	for (let i = 0; i < length; i++) if (measured.every((l) => l.values[i] === null)) {
		let open = gaps.at(-1);
		open?.[1] === i - 1 ? open[1] = i : gaps.push([i, i]);
	}
	return gaps;
}
/** Where a stretch begins and ends on the canvas. */
function edgesOf(u, [from, to]) {
	let times = u.data[0], at = (place) => u.valToPos(times[place] ?? 0, "x", !0), { left, width } = u.bbox;
	return [Math.max(left, at(Math.max(0, from - 1))), Math.min(left + width, at(Math.min(times.length - 1, to + 1)))];
}
/** Hatches the stretches in which the node was down; lines are drawn over it. */
function hatchGaps(u, gaps, line) {
	let { ctx, bbox } = u, ratio = devicePixelRatio;
	for (let gap of gaps) {
		let [left, right] = edgesOf(u, gap);
		ctx.save(), ctx.beginPath(), ctx.rect(left, bbox.top, right - left, bbox.height), ctx.clip(), ctx.strokeStyle = line, ctx.lineWidth = ratio, ctx.beginPath();
		for (let x = left - bbox.height; x < right; x += 7 * ratio) ctx.moveTo(x, bbox.top + bbox.height), ctx.lineTo(x + bbox.height, bbox.top);
		ctx.stroke(), ctx.restore();
	}
}
/** Says over the lines what the hatched stretches are, where there is room. */
function nameGaps(u, gaps, text, font) {
	let s = t().community, { ctx, bbox } = u, ratio = devicePixelRatio;
	for (let gap of gaps) {
		let [left, right] = edgesOf(u, gap);
		ctx.save(), ctx.font = font;
		let label = gap[0] === 0 ? s.notRecorded : s.down, size = ctx.measureText(label).width;
		if (size + 12 * ratio < right - left) {
			let x = (left + right) / 2, y = bbox.top + bbox.height / 2;
			ctx.fillStyle = colorOf(u.root, "--surface"), ctx.fillRect(x - size / 2 - 4 * ratio, y - 9 * ratio, size + 8 * ratio, 18 * ratio), ctx.fillStyle = text, ctx.textAlign = "center", ctx.textBaseline = "middle", ctx.fillText(label, x, y);
		}
		ctx.restore();
	}
}
function optionsOf(box, latest, width) {
	let props = latest.current, font = `${12 * devicePixelRatio}px ${getComputedStyle(box).fontFamily}`, [axis, grid, text] = [
		colorOf(box, "--text-3"),
		colorOf(box, "--line"),
		colorOf(box, "--text-2")
	], day = (props.times.at(-1) ?? 0) - (props.times[0] ?? 0) > 172800, clock = new Intl.DateTimeFormat(localeNow(), day ? {
		weekday: "short",
		day: "numeric"
	} : {
		hour: "numeric",
		minute: "2-digit"
	});
	return {
		width,
		height: props.height,
		legend: { show: !1 },
		cursor: {
			y: !1,
			sync: { key: props.sync },
			points: { size: 7 },
			drag: {
				x: !1,
				y: !1
			}
		},
		scales: {
			x: { time: !0 },
			y: { range: (_, __, most) => [0, Math.max(props.floor, (most || 0) * 1.08)] }
		},
		axes: [{
			stroke: axis,
			font: `12px ${getComputedStyle(box).fontFamily}`,
			grid: { show: !1 },
			ticks: {
				stroke: grid,
				size: 4
			},
			space: day ? 70 : 72,
			size: 28,
			values: (_, splits) => splits.map((s) => clock.format(s * 1e3)),
			...day ? { incrs: [
				1,
				2,
				4,
				7
			].map((d) => d * 86400) } : {}
		}, {
			stroke: axis,
			font: `12px ${getComputedStyle(box).fontFamily}`,
			grid: {
				stroke: grid,
				width: 1
			},
			ticks: { show: !1 },
			incrs: props.marks,
			space: 34,
			size: width < 420 ? 62 : 76,
			values: (_, splits) => splits.map((s) => props.format(s))
		}],
		series: [{}, ...props.lines.map((l) => {
			let color = colorOf(box, l.color);
			return {
				label: l.label,
				stroke: color,
				width: l.dashed ? 1.25 : 1.75,
				points: { show: !1 },
				spanGaps: !1,
				...l.dashed ? { dash: [5, 4] } : { fill: faded(color, .1) }
			};
		})],
		hooks: {
			drawAxes: [(u) => hatchGaps(u, gapsOf(latest.current.lines), grid)],
			draw: [(u) => nameGaps(u, gapsOf(latest.current.lines), text, font)],
			setCursor: [(u) => latest.current.onPoint(u.cursor.idx ?? void 0)]
		}
	};
}
var dataOf = ({ times, lines }) => [times, ...lines.map((l) => l.values)], shapeOf = ({ times, lines, height }) => [
	height,
	(times[1] ?? 0) - (times[0] ?? 0),
	...lines.map((l) => l.label + l.color)
].join();
/** A graph over time. What it shows is said in words beside it. */
function Chart(props) {
	let box = T(null), latest = T(props);
	latest.current = props;
	let plot = T(void 0), shape = shapeOf(props), dark = theme.value;
	return A$1(() => {
		let element = box.current;
		if (!element) return;
		let widthNow = () => Math.max(200, Math.floor(element.clientWidth)), draw = () => {
			plot.current?.destroy(), plot.current = new uPlot(optionsOf(element, latest, widthNow()), dataOf(latest.current), element);
		};
		draw();
		let width = widthNow(), observer = new ResizeObserver(() => {
			widthNow() !== width && (width = widthNow(), plot.current?.setSize({
				width,
				height: latest.current.height
			}));
		});
		observer.observe(element);
		let scheme = matchMedia("(prefers-color-scheme: dark)");
		return scheme.addEventListener("change", draw), () => {
			observer.disconnect(), scheme.removeEventListener("change", draw), plot.current?.destroy(), plot.current = void 0;
		};
	}, [shape, dark]), A$1(() => {
		plot.current && plot.current.data[0] !== props.times && plot.current.setData(dataOf(latest.current));
	}, [props.times, props.lines]), /* @__PURE__ */ a("div", {
		class: "chart",
		ref: box,
		"aria-hidden": "true"
	});
}
// src/views/community-rates.tsx
var ranges = [
	"1h",
	"24h",
	"7d"
], KIB = 1024, byteMarks = Array.from({ length: 32 }, (_, i) => 2 ** (i + 4)), shareMarks = [
	.01,
	.02,
	.05,
	.1,
	.2,
	.25,
	.5,
	1,
	2,
	4,
	8
], known = (values) => values.filter((v) => v !== null), mean = (values) => known(values).reduce((a, b) => a + b, 0) / Math.max(1, known(values).length), most = (values) => Math.max(0, ...known(values));
/** A graph with what it shows in words: values at the pointer, else means and peaks. */
function Graph({ series, lines, format, floor, marks, height }) {
	let s = t().community, point = useSignal(void 0), at = point.value, time = at === void 0 ? void 0 : series.times[at], gaps = gapsOf(lines), away = gaps.filter(([from]) => from > 0).reduce((n, [from, to]) => n + (to - from + 1) * series.step, 0), valueAt = (l) => {
		let value = at === void 0 ? null : l.values[at] ?? null, begun = gaps[0]?.[0] !== 0 || (at ?? 0) > gaps[0][1];
		return value === null ? begun ? s.down : s.notRecorded : format(value);
	};
	return /* @__PURE__ */ a("figure", {
		class: "graph",
		children: [/* @__PURE__ */ a("figcaption", {
			class: "graph-head",
			children: [
				lines.filter((l) => !l.dashed).map((l) => /* @__PURE__ */ a("span", {
					class: "graph-line",
					children: [
						/* @__PURE__ */ a("span", {
							class: `graph-key ${l.color.slice(2)}`,
							"aria-hidden": "true"
						}),
						/* @__PURE__ */ a("span", { children: l.label }),
						time === void 0 ? /* @__PURE__ */ a("span", {
							class: "quiet",
							children: known(l.values).length === 0 ? s.notRecorded : `${s.mean} ${format(mean(l.values))}, ${s.most} ${format(most(l.values))}`
						}) : /* @__PURE__ */ a("b", { children: valueAt(l) })
					]
				}, l.label)),
				lines.filter((l) => l.dashed).map((l) => /* @__PURE__ */ a("span", {
					class: "graph-line",
					children: [/* @__PURE__ */ a("span", {
						class: "graph-key dashed",
						"aria-hidden": "true"
					}), /* @__PURE__ */ a("span", {
						class: "quiet",
						children: `${l.label} ${format(mean(l.values))}`
					})]
				}, l.label)),
				/* @__PURE__ */ a("span", {
					class: "graph-when quiet",
					children: time === void 0 ? away > 0 && s.downtime(duration(away * 1e3)) : dateTime(time * 1e3)
				})
			]
		}), /* @__PURE__ */ a(Chart, {
			times: series.times,
			lines,
			format,
			floor,
			marks,
			height,
			sync: "rates",
			onPoint: (place) => point.value = place
		})]
	});
}
function flowLines(series, limits) {
	let s = t(), lines = [{
		label: s.common.up,
		color: "--up",
		values: series.up
	}, {
		label: s.common.down,
		color: "--down",
		values: series.down
	}];
	for (let [kind, limit] of [["up", limits?.up.limit ?? 0], ["down", limits?.down.limit ?? 0]]) if (limit > 0) {
		let label = `${s.common[kind]}: ${s.community.limit}`;
		lines.push({
			label,
			color: `--${kind}`,
			values: series.times.map(() => limit),
			dashed: !0
		});
	}
	return lines;
}
/** Rates over the last hour, day or week, and what the node took of the machine meanwhile. */
function RatesSection({ id, limits }) {
	let s = t().community, range = useSignal("1h"), query = useQuery(`${id} ${range.value}`, async (signal) => {
		let [own, node] = await Promise.all([api.rates(id, range.value, signal), api.rates(void 0, range.value, signal)]);
		return {
			own,
			node
		};
	}, CONNECTION), { data, again } = query;
	useEvery((data?.own.step ?? 0) * 1e3, again);
	let up = limits?.up.limit, down = limits?.down.limit, lines = w$2(() => data && flowLines(data.own, limits), [
		data,
		up,
		down
	]), cpu = w$2(() => [{
		label: s.cpu,
		color: "--accent",
		values: data?.node.cpu ?? []
	}], [data, s]), rss = w$2(() => [{
		label: s.memory,
		color: "--s-amended",
		values: data?.node.rss ?? []
	}], [data, s]);
	return /* @__PURE__ */ a(Section, {
		title: s.rates,
		aside: /* @__PURE__ */ a(Segments, {
			label: s.range,
			value: range.value,
			options: ranges.map((r) => ({
				value: r,
				label: s.ranges[r]
			})),
			onChange: (r) => range.value = r
		}),
		children: [
			query.problem && /* @__PURE__ */ a(Trouble, {
				problem: query.problem,
				onRetry: again
			}),
			!data && !query.problem && /* @__PURE__ */ a(Loading, { what: s.ratesLoading }),
			data && lines && /* @__PURE__ */ a($, { children: [
				/* @__PURE__ */ a(Graph, {
					series: data.own,
					lines,
					format: rate,
					floor: 16 * KIB,
					marks: byteMarks,
					height: 200
				}),
				/* @__PURE__ */ a("h3", { children: s.machine }),
				/* @__PURE__ */ a("div", {
					class: "graphs",
					children: [/* @__PURE__ */ a(Graph, {
						series: data.node,
						lines: cpu,
						format: (v) => percent(v, +(v < .1)),
						floor: .05,
						marks: shareMarks,
						height: 120
					}), /* @__PURE__ */ a(Graph, {
						series: data.node,
						lines: rss,
						format: bytes,
						floor: 64 * KIB * KIB,
						marks: byteMarks,
						height: 120
					})]
				})
			] })
		]
	});
}
// src/views/community-transfers.tsx
/** Milliseconds between two questions for peers while they are shown. */
var AGAIN$1 = 3e3;
function Share({ done, total, label }) {
	return total === 0 ? /* @__PURE__ */ a("span", {
		class: "faint",
		children: t().common.unknown
	}) : /* @__PURE__ */ a("span", {
		class: "part",
		children: [/* @__PURE__ */ a(Progress, {
			label,
			done,
			total
		}), /* @__PURE__ */ a("span", { children: percent(Math.floor(done / total * 1e3) / 1e3, 1) })]
	});
}
/** What a peer calls its program, which may be long; all of it is its title. */
function Client({ name }) {
	return /* @__PURE__ */ a("bdi", {
		class: "client",
		title: name,
		children: name
	});
}
function peerColumns() {
	let s = t().community, quiet = (n, text) => n > 0 ? text : /* @__PURE__ */ a("span", {
		class: "faint",
		children: "–"
	});
	return [
		{
			key: "address",
			title: s.address,
			head: !0,
			cell: (p) => /* @__PURE__ */ a("span", {
				class: "mono address",
				children: p.address
			})
		},
		{
			key: "client",
			title: s.client,
			cell: (p) => p.client ? /* @__PURE__ */ a(Client, { name: visible(p.client) }) : /* @__PURE__ */ a("span", {
				class: "faint",
				children: s.clientUnknown
			})
		},
		{
			key: "connection",
			title: s.connection,
			cell: (p) => [p.transport === "utp" ? "µTP" : "TCP", p.direction === "in" ? s.incoming : s.outgoing].join(", ")
		},
		{
			key: "has",
			title: s.has,
			cell: (p) => /* @__PURE__ */ a(Share, {
				done: p.pieces_complete,
				total: p.pieces,
				label: `${s.has}: ${p.address}`
			})
		},
		{
			key: "up",
			title: s.up,
			number: !0,
			cell: (p) => quiet(p.up_rate, rate(p.up_rate))
		},
		{
			key: "down",
			title: s.downTitle,
			number: !0,
			cell: (p) => quiet(p.down_rate, rate(p.down_rate))
		},
		{
			key: "sent",
			title: s.sent,
			number: !0,
			cell: (p) => quiet(p.up_bytes, bytes(p.up_bytes))
		},
		{
			key: "received",
			title: s.received,
			number: !0,
			cell: (p) => quiet(p.down_bytes, bytes(p.down_bytes))
		}
	];
}
function torrentColumns() {
	let s = t().community;
	return [
		{
			key: "hash",
			title: s.infohash,
			head: !0,
			cell: (x) => /* @__PURE__ */ a("span", {
				class: "mono address",
				children: x.infohash
			})
		},
		{
			key: "pieces",
			title: s.pieces,
			cell: (x) => /* @__PURE__ */ a(Share, {
				done: x.pieces_complete,
				total: x.pieces,
				label: `${s.pieces}: ${x.infohash}`
			})
		},
		{
			key: "peers",
			title: s.connections,
			number: !0,
			cell: (x) => number(x.peers)
		}
	];
}
/** Asks for transfers and peers again and again while they are shown. */
function useTransfers(id) {
	let query = useQuery(id, (signal) => api.transfers(id, signal), id);
	return useEvery(AGAIN$1, query.again), query;
}
/** What is being fetched, and the torrents. */
function TransfersSection({ of: { data, problem, again } }) {
	let s = t().community;
	return /* @__PURE__ */ a(Section, {
		title: s.transfers,
		children: [
			problem && /* @__PURE__ */ a(Trouble, {
				problem,
				onRetry: again
			}),
			!data && !problem && /* @__PURE__ */ a(Loading, { what: t().trouble.loading }),
			data && data.archives.length === 0 && /* @__PURE__ */ a("p", {
				class: "quiet",
				children: s.noTransfers
			}),
			data && data.archives.length > 0 && /* @__PURE__ */ a("ul", {
				class: "stack",
				children: data.archives.map((a$4) => /* @__PURE__ */ a("li", {
					class: "transfer",
					children: [/* @__PURE__ */ a("span", {
						class: "row",
						children: [/* @__PURE__ */ a("b", {
							class: "grow",
							children: days$1(a$4.from, a$4.to)
						}), /* @__PURE__ */ a("span", {
							class: "quiet",
							children: t().common.of(bytes(a$4.done_bytes), bytes(a$4.total_bytes))
						})]
					}), /* @__PURE__ */ a(Progress, {
						label: days$1(a$4.from, a$4.to),
						done: a$4.done_bytes,
						total: a$4.total_bytes
					})]
				}, a$4.id))
			}),
			data && data.torrents.length > 0 && /* @__PURE__ */ a(Table, {
				caption: s.torrents,
				columns: torrentColumns(),
				rows: data.torrents,
				keyOf: (x) => x.infohash
			})
		]
	});
}
/** Who is connected, and what they have. */
function PeersSection({ of: { data }, paused, owner }) {
	let s = t().community;
	if (!data) return null;
	let nobody = owner ? `${s.whoHasNobody} ${s.noPeers}` : s.noPeers;
	return /* @__PURE__ */ a(Section, {
		title: owner ? `${s.peers}: ${s.whoHas}` : s.peers,
		aside: /* @__PURE__ */ a("span", {
			class: "faint",
			children: number(data.peers.length)
		}),
		children: data.peers.length === 0 ? /* @__PURE__ */ a(Empty, {
			icon: "peers",
			title: s.noPeersTitle,
			children: paused ? s.noPeersPaused : nobody
		}) : /* @__PURE__ */ a(Table, {
			caption: s.peers,
			columns: peerColumns(),
			rows: data.peers,
			keyOf: (p) => p.address
		})
	});
}
// src/views/community.tsx
/** Milliseconds between two readings of what no event tells. */
var AGAIN = 15e3;
function Back() {
	return /* @__PURE__ */ a("p", {
		class: "back",
		children: /* @__PURE__ */ a("a", {
			href: "#/",
			children: [/* @__PURE__ */ a(Icon, {
				name: "left",
				size: 14
			}), t().community.back]
		})
	});
}
/** State, storage, rates and switches. */
function Overview({ of: c, details }) {
	let s = t().communities, limits = c.limits;
	return /* @__PURE__ */ a("section", {
		class: "section overview",
		"aria-label": t().community.state,
		children: [
			/* @__PURE__ */ a("div", {
				class: "overview-state",
				children: [
					/* @__PURE__ */ a(StandingLine, { of: c }),
					limits && /* @__PURE__ */ a("p", {
						class: "card-peers",
						children: [/* @__PURE__ */ a(Icon, {
							name: "peers",
							size: 14
						}), /* @__PURE__ */ a("span", {
							class: "grow",
							children: [/* @__PURE__ */ a("span", { children: s.peers(limits.peers) }), typeof limits.copies == "number" && /* @__PURE__ */ a("span", {
								class: "faint",
								children: s.copies(limits.copies)
							})]
						})]
					}),
					/* @__PURE__ */ a(Switches, { of: c })
				]
			}),
			limits && /* @__PURE__ */ a($, { children: [
				/* @__PURE__ */ a(StorageMeter, {
					limits,
					node: status.value?.limits,
					details
				}),
				/* @__PURE__ */ a(FlowLine, {
					flow: limits.up,
					kind: "up",
					of: c.id
				}),
				/* @__PURE__ */ a(FlowLine, {
					flow: limits.down,
					kind: "down",
					of: c.id
				})
			] }),
			limits?.damaged?.map((d) => /* @__PURE__ */ a(Notice, {
				kind: d.stops ? "bad" : "warn",
				icon: "alert",
				children: [/* @__PURE__ */ a("p", { children: `${d.key}: ${d.value}` }), /* @__PURE__ */ a("p", {
					class: "small quiet",
					children: d.hint
				})]
			}, d.key))
		]
	});
}
/** Failures that somebody has seen and put away, until the page is loaded anew. */
var putAway = y$1([]);
/** What was asked for and failed lately. */
function Failures({ id }) {
	let s = t(), { data } = useQuery(id, (signal) => api.communityOperations(id, signal), OPERATIONS);
	return /* @__PURE__ */ a($, { children: failures(data ?? [], now.value).filter((o) => !putAway.value.includes(o.id)).slice(0, 3).map((o) => /* @__PURE__ */ a(Notice, {
		kind: "bad",
		icon: "alert",
		children: /* @__PURE__ */ a("div", {
			class: "row",
			"data-failed": o.kind,
			children: [/* @__PURE__ */ a("div", {
				class: "grow",
				children: [/* @__PURE__ */ a("p", {
					class: "strong",
					children: [s.activity.toldFailed([s.activity.kinds[o.kind] ?? o.kind, o.to > 0 ? s.activity.span(days$1(o.from, o.to)) : ""].join(" ").trim()), /* @__PURE__ */ a("span", {
						class: "small faint",
						children: ` · ${relative(o.ended_at, now.value)}`
					})]
				}), /* @__PURE__ */ a("p", {
					class: "small",
					title: o.reason,
					children: shortIds(o.reason ?? "")
				})]
			}), /* @__PURE__ */ a(Button, {
				icon: "close",
				kind: "quiet",
				small: !0,
				label: s.common.dismiss,
				onClick: () => putAway.value = [...putAway.value, o.id]
			})]
		})
	}, o.id)) });
}
function Missing() {
	let s = t().community;
	return /* @__PURE__ */ a(Page, {
		title: s.missingTitle,
		before: /* @__PURE__ */ a(Back, {}),
		children: /* @__PURE__ */ a(Empty, {
			icon: "communities",
			title: s.missingTitle,
			actions: /* @__PURE__ */ a(ButtonLink, {
				href: "#/",
				children: s.back
			}),
			children: s.missing
		})
	});
}
/** A community with everything that is known of it. */
function Community({ id }) {
	let s = t(), [limits, setLimits] = d$2(!1), read = useQuery(id, async (signal) => {
		let [history, details] = await Promise.all([api.history(id, signal), api.community(id, signal)]);
		return {
			history,
			details
		};
	}, id);
	useEvery(AGAIN, read.again), useQuery(id, (signal) => seedSpark(id, signal));
	let transfers = useTransfers(id), c = communities.value.find((x) => x.id === id) ?? read.data?.details;
	if (read.problem?.status === 404 || !c && status.value !== null && read.data !== void 0) return /* @__PURE__ */ a(Missing, {});
	if (!c) return /* @__PURE__ */ a(Page, {
		title: short(id),
		before: /* @__PURE__ */ a(Back, {}),
		children: read.problem ? /* @__PURE__ */ a(Trouble, {
			problem: read.problem,
			onRetry: read.again
		}) : /* @__PURE__ */ a(Loading, { what: s.community.loading })
	});
	let owner = c.role === "owner";
	return /* @__PURE__ */ a(Page, {
		title: nameOf(c),
		before: /* @__PURE__ */ a(Back, {}),
		lead: /* @__PURE__ */ a("span", {
			class: "row",
			children: [/* @__PURE__ */ a(Badge, {
				tone: owner ? "accent" : "plain",
				icon: owner ? "key" : "peers",
				children: owner ? s.communities.owner : s.communities.member
			}), /* @__PURE__ */ a("span", {
				class: "with-copy",
				children: [/* @__PURE__ */ a("span", {
					class: "mono faint",
					title: c.id,
					children: short(c.id)
				}), /* @__PURE__ */ a(Copy, {
					text: c.id,
					label: s.community.copyId
				})]
			})]
		}),
		actions: /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a(Button, {
			icon: "limits",
			onClick: () => setLimits(!0),
			"aria-haspopup": "dialog",
			children: s.communities.limits
		}), /* @__PURE__ */ a(CommunityMenu, { of: c })] }),
		children: [
			/* @__PURE__ */ a(Failures, { id: c.id }),
			/* @__PURE__ */ a(Overview, {
				of: c,
				details: read.data?.details
			}),
			read.problem && /* @__PURE__ */ a(Trouble, {
				problem: read.problem,
				onRetry: read.again
			}),
			read.data ? /* @__PURE__ */ a(HistorySection, {
				details: read.data.details,
				history: read.data.history
			}) : !read.problem && /* @__PURE__ */ a(Loading, { what: s.community.historyLoading }),
			/* @__PURE__ */ a("div", {
				class: "columns",
				children: [/* @__PURE__ */ a("div", {
					class: "column",
					children: /* @__PURE__ */ a(RatesSection, {
						id: c.id,
						limits: c.limits
					})
				}), /* @__PURE__ */ a("div", {
					class: "column",
					children: [
						/* @__PURE__ */ a(TransfersSection, { of: transfers }),
						owner && /* @__PURE__ */ a(OwnerSection, { of: c }),
						/* @__PURE__ */ a(WorkSection, { of: c })
					]
				})]
			}),
			/* @__PURE__ */ a(PeersSection, {
				of: transfers,
				paused: settingOf(c.limits?.settings, "paused") === "on",
				owner
			}),
			limits && /* @__PURE__ */ a(LimitsDialog, {
				of: c,
				onClose: () => setLimits(!1)
			})
		]
	});
}
// src/schedule.ts
var DAY_MINUTES = 1440, WEEK_MINUTES = 7 * DAY_MINUTES, dayNames = [
	"mon",
	"tue",
	"wed",
	"thu",
	"fri",
	"sat",
	"sun"
];
function emptyWeek() {
	return {
		brushes: [],
		minutes: new Int16Array(WEEK_MINUTES).fill(-1)
	};
}
function minuteOf$1(text) {
	let match = /^(\d{1,2}):(\d\d)$/.exec(text), minute = match ? Number(match[1]) * 60 + Number(match[2]) : NaN;
	return match && Number(match[2]) < 60 && minute <= 1440 ? minute : NaN;
}
function daysOf(text) {
	if (text === "daily") return dayNames.map(() => !0);
	let days = dayNames.map(() => !1);
	for (let item of text.split(",")) {
		let [first = "", last = first] = item.split("-"), from = dayNames.indexOf(first), to = dayNames.indexOf(last);
		if (from < 0 || to < 0) return;
		for (let d = from; days[d] = !0, d !== to; d = (d + 1) % 7);
	}
	return days;
}
/** Reads windows as the server prints them; undefined when the text is not understood. */
function parseWindows(text) {
	if (text.trim() === "" || text.trim() === "none") return [];
	let out = [];
	for (let part of text.split(";")) {
		let match = /^\s*(\S+)-(\S+)\s+(\S+)((?:\s+(?:up|down)=[^=]+?)+)\s*$/.exec(part), from = minuteOf$1(match?.[1] ?? ""), to = minuteOf$1(match?.[2] ?? ""), days = daysOf(match?.[3] ?? "");
		if (!match || !days || Number.isNaN(from) || Number.isNaN(to)) return;
		let window = {
			days,
			from,
			to
		};
		for (let [, key, value] of (match[4] ?? "").matchAll(/(up|down)=([^=]+?)(?=\s+(?:up|down)=|\s*$)/g)) window[key] = value ?? "";
		out.push(window);
	}
	return out;
}
var sameBrush = (a, b) => a.up === b.up && a.down === b.down;
/** Returns where a brush stands in the week, which gets it when it has not. */
function brushIndex(week, brush) {
	let at = week.brushes.findIndex((b) => sameBrush(b, brush));
	if (at >= 0) return at;
	let own = {};
	return brush.up !== void 0 && (own.up = brush.up), brush.down !== void 0 && (own.down = brush.down), week.brushes.push(own), week.brushes.length - 1;
}
/** Lays windows over a week: the first that holds decides. */
function weekOf(windows) {
	let week = emptyWeek(), put = (minute, brush) => {
		let at = minute % WEEK_MINUTES;
		week.minutes[at] === -1 && (week.minutes[at] = brush);
	};
	for (let w of windows) {
		let brush = brushIndex(week, w), length = w.to > w.from ? w.to - w.from : DAY_MINUTES - w.from + w.to;
		w.days.forEach((on, day) => {
			for (let m = 0; on && m < length; m++) put(day * DAY_MINUTES + w.from + m, brush);
		});
	}
	return week;
}
/** Paints a part of a day with a brush of the week, or with -1 for none. */
function paint(week, day, from, to, brush) {
	let minutes = week.minutes.slice();
	return minutes.fill(brush, day * DAY_MINUTES + from, day * DAY_MINUTES + to), {
		brushes: week.brushes,
		minutes
	};
}
function runsOf(week) {
	let runs = [];
	for (let day = 0; day < 7; day++) for (let m = 0; m < DAY_MINUTES; m++) {
		let brush = week.minutes[day * 1440 + m] ?? -1, last = runs[runs.length - 1];
		last?.day === day && last.to === m && last.brush === brush ? last.to = m + 1 : runs.push({
			day,
			from: m,
			to: m + 1,
			brush
		});
	}
	return runs.filter((r) => r.brush >= 0);
}
/** Joins what goes on over midnight, where one window can say it. */
function overnight(runs) {
	let gone = /* @__PURE__ */ new Set(), morning = new Map(runs.filter((r) => r.from === 0 && r.to < 1440).map((r) => [r.day, r]));
	for (let r of runs) {
		let next = morning.get((r.day + 1) % 7);
		r.to === 1440 && r.from > 0 && next && next.brush === r.brush && next.to <= r.from && (r.to = next.to, gone.add(next));
	}
	return runs.filter((r) => !gone.has(r));
}
/** The windows of a week, each of equal parts of days together. */
function windowsOf(week) {
	let windows = /* @__PURE__ */ new Map();
	for (let r of overnight(runsOf(week))) {
		let key = `${r.from} ${r.to} ${r.brush}`, w = windows.get(key) ?? {
			...week.brushes[r.brush],
			days: dayNames.map(() => !1),
			from: r.from,
			to: r.to
		};
		w.days[r.day] = !0, windows.set(key, w);
	}
	return [...windows.values()];
}
var clock = (minute) => String(Math.floor(minute / 60)).padStart(2, "0") + ":" + String(minute % 60).padStart(2, "0");
function dayText(days) {
	if (days.every(Boolean)) return "daily";
	let runs = [];
	for (let d = 0; d < 7; d++) {
		if (!days[d]) continue;
		let first = d;
		for (; d + 1 < 7 && days[d + 1];) d++;
		runs.push(dayNames[first] + (d > first ? "-" + dayNames[d] : ""));
	}
	return runs.join(",");
}
/** The text of a schedule; "none" without windows. */
function formatWindows(windows) {
	return windows.length === 0 ? "none" : windows.map((w) => `${clock(w.from)}-${clock(w.to)} ${dayText(w.days)}` + (w.up === void 0 ? "" : ` up=${w.up}`) + (w.down === void 0 ? "" : ` down=${w.down}`)).join("; ");
}
/** The brush of an hour: its index, -1 for none, or undefined when it changes within. */
function brushOfHour(week, day, hour) {
	let begin = day * DAY_MINUTES + hour * 60, first = week.minutes[begin] ?? -1;
	return week.minutes.subarray(begin, begin + 60).every((b) => b === first) ? first : void 0;
}
/** The minute of the week, from Monday on, that it is at a time in a zone; "local" is this browser's. */
function minuteOfWeek(time, zone) {
	let options = {
		weekday: "short",
		hour: "2-digit",
		minute: "2-digit",
		hourCycle: "h23"
	};
	zone !== "local" && (options.timeZone = zone);
	let parts = new Intl.DateTimeFormat("en-GB", options).formatToParts(time), part = (type) => parts.find((p) => p.type === type)?.value ?? "";
	return dayNames.indexOf(part("weekday").toLowerCase()) * DAY_MINUTES + Number(part("hour")) * 60 + Number(part("minute"));
}
// src/rates-at.ts
var MINUTE = 6e4;
/**
* When the schedule next gives a direction another rate than now, and which; undefined for
* never. The node says when its windows change, which need not change this direction.
*/
function nextChange(settings, zone, now, way, flow) {
	let valueOf = (key) => settings.find((x) => x.key === key)?.value, windows = parseWindows(valueOf("schedule") ?? "none"), from = minuteOfWeek(now, zone);
	if (flow.until === 0) return;
	if (!windows || Number.isNaN(from)) return {
		at: flow.until,
		to: void 0
	};
	let week = weekOf(windows), rateAt = (minute) => week.brushes[week.minutes[minute % 10080] ?? -1]?.[way] ?? valueOf(way), current = rateAt(from);
	for (let m = 1; m < WEEK_MINUTES; m++) {
		let to = rateAt(from + m);
		if (to !== current) {
			let at = (Math.floor(now / MINUTE) + m) * MINUTE;
			return {
				at: Math.abs(at - flow.until) <= 60 * MINUTE ? flow.until : at,
				to
			};
		}
	}
}
// src/components/in-force.tsx
/** Why a limit holds, in words. */
function fromText(from) {
	let s = t().limits;
	return {
		default: s.fromDefault,
		set: s.fromSet,
		schedule: s.fromSchedule,
		alternative: s.fromAlternative,
		"the row is damaged": s.fromDamaged
	}[from] ?? from;
}
/** When the schedule changes a limit next, and to what. */
function Next({ change }) {
	let s = t().limits;
	if (!change) return /* @__PURE__ */ a("p", {
		class: "small faint",
		children: s.forEver
	});
	let when = change.at - now.value < 5184e5 ? weekdayTime(change.at) : dateTime(change.at);
	return /* @__PURE__ */ a("p", {
		class: "small quiet",
		children: change.to === void 0 ? s.untilOnly(when) : s.until(when, pretty(change.to))
	});
}
function FlowNow({ way, flow, change }) {
	let s = t().limits, name = t().common[way], held = flow.limit > 0;
	return /* @__PURE__ */ a("div", {
		class: "flow-now",
		children: [
			/* @__PURE__ */ a("h3", {
				class: `rate ${way}`,
				children: [
					/* @__PURE__ */ a(Icon, {
						name: way,
						size: 14
					}),
					" ",
					name
				]
			}),
			/* @__PURE__ */ a("p", {
				class: "flow-rate",
				children: [
					/* @__PURE__ */ a("span", {
						class: "big",
						"data-flow": way,
						children: rate(flow.rate)
					}),
					" ",
					/* @__PURE__ */ a("span", {
						class: "quiet",
						children: held ? s.limitOf(limit(flow.limit)) : s.noLimit
					})
				]
			}),
			held && /* @__PURE__ */ a(Meter, {
				label: name,
				text: `${rate(flow.rate)}, ${s.limitOf(limit(flow.limit))}`,
				max: flow.limit,
				parts: [{
					kind: "used",
					value: Math.min(flow.rate, flow.limit)
				}]
			}),
			flow.from !== "default" && /* @__PURE__ */ a("p", {
				class: "small quiet",
				children: fromText(flow.from)
			}),
			/* @__PURE__ */ a(Next, { change }),
			flow.waiting > 0 && /* @__PURE__ */ a("p", {
				class: "small quiet",
				children: s.waiting(flow.waiting)
			})
		]
	});
}
function StorageNow({ limits }) {
	let s = t().limits, { used, reserved, cap, over = 0, over_reason } = limits.storage, text = cap > 0 ? s.storageOf(bytes(used), bytes(cap)) : s.storageNoCap(bytes(used));
	return /* @__PURE__ */ a("div", {
		class: "flow-now",
		children: [
			/* @__PURE__ */ a("h3", { children: [
				/* @__PURE__ */ a(Icon, {
					name: "disk",
					size: 14
				}),
				" ",
				s.storage
			] }),
			/* @__PURE__ */ a("p", {
				class: "flow-rate",
				children: [
					/* @__PURE__ */ a("span", {
						class: "big",
						children: bytes(used)
					}),
					" ",
					/* @__PURE__ */ a("span", {
						class: "quiet",
						children: cap > 0 ? s.limitOf(bytes(cap)) : s.noLimit
					})
				]
			}),
			cap > 0 && /* @__PURE__ */ a(Meter, {
				label: s.storage,
				text,
				max: cap,
				parts: [{
					kind: over > 0 ? "over" : "used",
					value: used
				}, {
					kind: "reserved",
					value: reserved
				}]
			}),
			reserved > 0 && /* @__PURE__ */ a("p", {
				class: "small quiet",
				children: s.reserved(bytes(reserved))
			}),
			over > 0 && /* @__PURE__ */ a("p", {
				class: "small",
				children: [
					/* @__PURE__ */ a(Badge, {
						tone: "bad",
						icon: "alert",
						children: s.over(bytes(over))
					}),
					" ",
					over_reason
				]
			})
		]
	});
}
function MachineNow({ limits }) {
	let s = t().limits, { free, total, keep } = limits.disk, answer = (value) => s.answers[value] ?? value;
	return /* @__PURE__ */ a("div", {
		class: "flow-now",
		children: [
			/* @__PURE__ */ a("h3", { children: [
				/* @__PURE__ */ a(Icon, {
					name: "disk",
					size: 14
				}),
				" ",
				s.disk
			] }),
			/* @__PURE__ */ a("p", {
				class: "flow-rate",
				children: [
					/* @__PURE__ */ a("span", {
						class: "big",
						children: bytes(free)
					}),
					" ",
					/* @__PURE__ */ a("span", {
						class: "quiet",
						children: s.diskFree(bytes(total))
					})
				]
			}),
			keep > 0 && /* @__PURE__ */ a("p", {
				class: "small quiet",
				children: s.diskKeep(bytes(keep))
			}),
			/* @__PURE__ */ a("p", {
				class: "small quiet",
				children: [
					s.battery,
					": ",
					answer(limits.battery)
				]
			}),
			/* @__PURE__ */ a("p", {
				class: "small quiet",
				children: [
					s.metered,
					": ",
					answer(limits.metered)
				]
			})
		]
	});
}
/** What holds at this second, why, and until when. */
function InForce({ scope, zone }) {
	let s = t().limits, { limits, settings } = scope, frame = scope.id === void 0 ? live.value?.node : void 0, flow = (way) => frame ? {
		...limits[way],
		rate: frame[way]
	} : limits[way], change = (way) => nextChange(settings, zone, now.value, way, limits[way]);
	return /* @__PURE__ */ a(Section, {
		title: s.inForce,
		children: [/* @__PURE__ */ a("div", {
			class: "in-force",
			children: [
				/* @__PURE__ */ a(FlowNow, {
					way: "up",
					flow: flow("up"),
					change: change("up")
				}),
				/* @__PURE__ */ a(FlowNow, {
					way: "down",
					flow: flow("down"),
					change: change("down")
				}),
				/* @__PURE__ */ a(StorageNow, { limits }),
				"disk" in limits && /* @__PURE__ */ a(MachineNow, { limits })
			]
		}), "mode" in limits && limits.mode.reason && /* @__PURE__ */ a("p", {
			class: "quiet",
			children: limits.mode.reason
		})]
	});
}
// src/components/week-grid.tsx
var hours = Array.from({ length: 24 }, (_, h) => h), weekdays = Array.from({ length: 7 }, (_, d) => d), hourText = (hour) => String(hour).padStart(2, "0") + ":00", letterOf = (brush) => String.fromCharCode(65 + brush % 26);
/** The cells of the rectangle between two. */
function between(a, b) {
	let out = [];
	for (let day = Math.min(a.day, b.day); day <= Math.max(a.day, b.day); day++) for (let hour = Math.min(a.hour, b.hour); hour <= Math.max(a.hour, b.hour); hour++) out.push({
		day,
		hour
	});
	return out;
}
var clamp = (n, most) => Math.max(0, Math.min(most, n));
/** Where a key leads to from a cell; undefined for other keys. */
function moved(cell, key) {
	let { day, hour } = cell;
	return {
		ArrowLeft: {
			day: clamp(day - 1, 6),
			hour
		},
		ArrowRight: {
			day: clamp(day + 1, 6),
			hour
		},
		ArrowUp: {
			day,
			hour: clamp(hour - 1, 23)
		},
		ArrowDown: {
			day,
			hour: clamp(hour + 1, 23)
		},
		Home: {
			day: 0,
			hour
		},
		End: {
			day: 6,
			hour
		},
		PageUp: {
			day,
			hour: clamp(hour - 6, 23)
		},
		PageDown: {
			day,
			hour: clamp(hour + 6, 23)
		}
	}[key];
}
/** Keys, pointer and focus of the grid (ARIA practices, grid). */
function useSelection(onPaint) {
	let [{ anchor, cursor }, setSelection] = d$2({
		anchor: {
			day: 0,
			hour: 8
		},
		cursor: {
			day: 0,
			hour: 8
		}
	}), [dragging, setDragging] = d$2(!1), table = T(null), latest = T({
		anchor,
		cursor,
		onPaint
	});
	return latest.current = {
		anchor,
		cursor,
		onPaint
	}, A$1(() => {
		if (!dragging) return;
		let drop = () => {
			let { anchor: from, cursor: to, onPaint: paint } = latest.current;
			setDragging(!1), setSelection({
				anchor: to,
				cursor: to
			}), paint(between(from, to));
		};
		return window.addEventListener("pointerup", drop), () => window.removeEventListener("pointerup", drop);
	}, [dragging]), {
		table,
		cursor,
		selected: new Set(between(anchor, cursor).map((c) => `${c.day}-${c.hour}`)),
		onKeyDown: (e) => {
			if (!(e.target instanceof HTMLElement && e.target.dataset.cell)) return;
			let to = moved(cursor, e.key);
			to ? (e.preventDefault(), setSelection({
				anchor: e.shiftKey ? anchor : to,
				cursor: to
			}), table.current?.querySelector(`[data-cell="${to.day}-${to.hour}"]`)?.focus()) : (e.key === " " || e.key === "Enter") && (e.preventDefault(), onPaint(between(anchor, cursor)), setSelection({
				anchor: cursor,
				cursor
			}));
		},
		onPointerDown: (cell) => (e) => {
			e.pointerType !== "touch" && e.button === 0 && (setSelection({
				anchor: cell,
				cursor: cell
			}), setDragging(!0));
		},
		onPointerEnter: (cell) => () => dragging && setSelection({
			anchor,
			cursor: cell
		}),
		onClick: (cell) => (e) => {
			(e.pointerType === "touch" || e.detail === 0) && (setSelection({
				anchor: cell,
				cursor: cell
			}), onPaint([cell]));
		}
	};
}
function classOf(brush, isNow, isSelected) {
	return `hour ${brush === void 0 ? "mixed" : brush < 0 ? "usual" : `brush-${brush % 6}`}${isNow ? " is-now" : ""}${isSelected ? " is-selected" : ""}`;
}
function DayHeads({ onPaint }) {
	let s = t().schedule;
	return /* @__PURE__ */ a("thead", { children: /* @__PURE__ */ a("tr", { children: [/* @__PURE__ */ a("td", { class: "corner" }), weekdays.map((day) => /* @__PURE__ */ a("th", {
		scope: "col",
		children: /* @__PURE__ */ a("button", {
			type: "button",
			class: "grid-head",
			"aria-label": `${s.daysShort[day]}: ${s.paintDay(s.days[day] ?? "")}`,
			onClick: () => onPaint(hours.map((hour) => ({
				day,
				hour
			}))),
			children: s.daysShort[day]
		})
	}, day))] }) });
}
/** The week as a grid that is painted: days beside each other, hours below each other. */
function WeekGrid({ week, now, describe, onPaint }) {
	let s = t().schedule, { table, cursor, selected, onKeyDown, onPointerDown, onPointerEnter, onClick } = useSelection(onPaint), name = (cell, brush, isNow) => s.cell(s.days[cell.day] ?? "", hourText(cell.hour), hourText(cell.hour + 1), (brush === void 0 ? s.mixed : describe(brush)) + (isNow ? `, ${s.isNow}` : ""));
	return /* @__PURE__ */ a("table", {
		ref: table,
		class: "week-grid",
		role: "grid",
		"aria-label": s.grid,
		"aria-multiselectable": "true",
		onKeyDown,
		children: [/* @__PURE__ */ a(DayHeads, { onPaint }), /* @__PURE__ */ a("tbody", { children: hours.map((hour) => /* @__PURE__ */ a("tr", { children: [/* @__PURE__ */ a("th", {
			scope: "row",
			children: /* @__PURE__ */ a("button", {
				type: "button",
				class: "grid-head",
				"aria-label": s.paintHour(hourText(hour)),
				onClick: () => onPaint(weekdays.map((day) => ({
					day,
					hour
				}))),
				children: hourText(hour)
			})
		}), weekdays.map((day) => {
			let cell = {
				day,
				hour
			}, brush = brushOfHour(week, day, hour), isNow = now?.day === day && now.hour === hour, isSelected = selected.has(`${day}-${hour}`);
			return /* @__PURE__ */ a("td", {
				role: "gridcell",
				"data-cell": `${day}-${hour}`,
				class: classOf(brush, isNow, isSelected),
				tabIndex: cursor.day === day && cursor.hour === hour ? 0 : -1,
				"aria-selected": isSelected,
				"aria-label": name(cell, brush, isNow),
				onPointerDown: onPointerDown(cell),
				onPointerEnter: onPointerEnter(cell),
				onClick: onClick(cell),
				children: /* @__PURE__ */ a("span", {
					"aria-hidden": "true",
					children: brush === void 0 ? "/" : brush < 0 ? "" : letterOf(brush)
				})
			}, day);
		})] }, hour)) })]
	});
}
// src/components/brushes.tsx
/** Rates in words; those that a brush leaves alone are the usual ones. */
function ratesText(brush) {
	let s = t().schedule;
	return brush.up !== void 0 && brush.down !== void 0 ? s.rates(pretty(brush.up), pretty(brush.down)) : brush.up === void 0 ? s.onlyDown(pretty(brush.down ?? "")) : s.onlyUp(pretty(brush.up));
}
/** A brush of a week in words; -1 stands for the usual limits. */
function describeBrush(week, index, usual) {
	let s = t().schedule, brush = week.brushes[index];
	return brush ? ratesText(brush) : s.as(ratesText(usual));
}
function Choice$1({ group, index, text, hint, chosen, onChoose }) {
	return /* @__PURE__ */ a("label", {
		class: "brush-choice",
		children: [
			/* @__PURE__ */ a("input", {
				type: "radio",
				name: group,
				checked: chosen,
				onChange: onChoose
			}),
			/* @__PURE__ */ a("span", {
				class: `brush-sample ${index < 0 ? "usual" : `brush-${index % 6}`}`,
				"aria-hidden": "true",
				children: index < 0 ? "" : letterOf(index)
			}),
			/* @__PURE__ */ a("span", { children: [text, hint && /* @__PURE__ */ a("span", {
				class: "small faint",
				children: [" ", hint]
			})] })
		]
	});
}
/** Two rates that become a brush, when the node takes them. */
function NewBrush({ onAdd, check }) {
	let s = t().schedule, [typed, setTyped] = d$2({
		up: "",
		down: ""
	}), [errors, setErrors] = d$2({}), latest = T(onAdd);
	latest.current = onAdd;
	let look = (key) => async (value, signal) => {
		if (value.trim() === "") return;
		let c = (await check({ [key]: value }, signal))[0];
		return c && {
			ok: c.ok,
			message: c.ok ? void 0 : c.message
		};
	}, add = async () => {
		let given = Object.fromEntries(Object.entries(typed).filter(([, v]) => v.trim() !== ""));
		if (Object.keys(given).length === 0) {
			setErrors({ up: s.needsOne });
			return;
		}
		let answers = await check(given, new AbortController().signal), wrong = answers.filter((c) => !c.ok);
		setErrors(Object.fromEntries(wrong.map((c) => [c.key, c.message ?? ""]))), wrong.length === 0 && (latest.current(Object.fromEntries(answers.map((c) => [c.key, c.value ?? ""]))), setTyped({
			up: "",
			down: ""
		}));
	}, change = (key) => (value) => {
		setTyped({
			...typed,
			[key]: value
		}), setErrors({});
	};
	return /* @__PURE__ */ a("form", {
		class: "new-brush",
		onSubmit: (e) => {
			e.preventDefault(), add();
		},
		children: [["up", "down"].map((key) => /* @__PURE__ */ a(Field, {
			label: key === "up" ? s.upField : s.downField,
			value: typed[key],
			placeholder: s.emptyIsUsual,
			onInput: change(key),
			error: errors[key],
			check: look(key)
		}, key)), /* @__PURE__ */ a(Button, {
			type: "submit",
			small: !0,
			icon: "add",
			children: s.addBrush
		})]
	});
}
/** What the grid is painted with: the usual limits, rates of this schedule, or others. */
function BrushChoice({ week, usual, chosen, onChoose, onAdd, check }) {
	let s = t().schedule, group = P();
	return /* @__PURE__ */ a("div", {
		class: "stack",
		children: [/* @__PURE__ */ a("fieldset", {
			class: "brushes",
			children: [
				/* @__PURE__ */ a("legend", { children: s.brushes }),
				/* @__PURE__ */ a(Choice$1, {
					group,
					index: -1,
					text: s.base,
					hint: `(${ratesText(usual)})`,
					chosen: chosen < 0,
					onChoose: () => onChoose(-1)
				}),
				week.brushes.map((b, i) => /* @__PURE__ */ a(Choice$1, {
					group,
					index: i,
					text: ratesText(b),
					chosen: chosen === i,
					onChoose: () => onChoose(i)
				}, i))
			]
		}), /* @__PURE__ */ a("fieldset", {
			class: "brushes",
			children: [/* @__PURE__ */ a("legend", { children: s.newBrush }), /* @__PURE__ */ a(NewBrush, {
				onAdd,
				check
			})]
		})]
	});
}
// src/components/paint-exactly.tsx
var dayMinutes$1 = 1440;
function minuteOf(text) {
	let [hour = "", minute = ""] = text.split(":");
	return Number(hour) * 60 + Number(minute);
}
/** Paints parts of days to the minute, without the grid. A time that ends before it begins ends on the day after. */
function PaintExactly({ week, draw, onPaint }) {
	let s = t().schedule, id = P(), [days, setDays] = d$2([
		!0,
		!0,
		!0,
		!0,
		!0,
		!1,
		!1
	]), [from, setFrom] = d$2("08:00"), [to, setTo] = d$2("18:00"), [none, setNone] = d$2(!1), submit = () => {
		setNone(!days.some(Boolean));
		let begin = minuteOf(from), end = minuteOf(to);
		draw(days.reduce((w, on, day) => on ? end > begin ? onPaint(day, begin, end)(w) : onPaint((day + 1) % 7, 0, end)(onPaint(day, begin, dayMinutes$1)(w)) : w, week));
	};
	return /* @__PURE__ */ a("details", {
		class: "exactly",
		children: [/* @__PURE__ */ a("summary", { children: s.exact }), /* @__PURE__ */ a("form", {
			class: "stack",
			onSubmit: (e) => {
				e.preventDefault(), submit();
			},
			children: [
				/* @__PURE__ */ a("fieldset", {
					class: "days",
					children: [/* @__PURE__ */ a("legend", { children: s.onDays }), s.days.map((name, day) => /* @__PURE__ */ a("label", { children: [
						/* @__PURE__ */ a("input", {
							type: "checkbox",
							checked: days[day] ?? !1,
							onChange: () => setDays(days.map((on, d) => d === day ? !on : on))
						}),
						/* @__PURE__ */ a("span", {
							"aria-hidden": "true",
							children: s.daysShort[day]
						}),
						/* @__PURE__ */ a("span", {
							class: "hidden",
							children: name
						})
					] }, name))]
				}),
				/* @__PURE__ */ a("div", {
					class: "row",
					children: [/* @__PURE__ */ a("span", {
						class: "field times",
						children: [/* @__PURE__ */ a("label", {
							for: `${id}-from`,
							children: s.from
						}), /* @__PURE__ */ a("input", {
							id: `${id}-from`,
							class: "input",
							type: "time",
							required: !0,
							value: from,
							onInput: (e) => setFrom(e.currentTarget.value)
						})]
					}), /* @__PURE__ */ a("span", {
						class: "field times",
						children: [/* @__PURE__ */ a("label", {
							for: `${id}-to`,
							children: s.to
						}), /* @__PURE__ */ a("input", {
							id: `${id}-to`,
							class: "input",
							type: "time",
							required: !0,
							value: to,
							onInput: (e) => setTo(e.currentTarget.value)
						})]
					})]
				}),
				none && /* @__PURE__ */ a("p", {
					class: "verdict bad",
					role: "alert",
					children: s.pickDay
				}),
				/* @__PURE__ */ a(Button, {
					type: "submit",
					small: !0,
					children: s.paint
				})
			]
		})]
	});
}
// src/components/schedule-editor.tsx
var dayMinutes = 1440;
function cellAt(time, zone) {
	let minute = minuteOfWeek(time, zone);
	return Number.isNaN(minute) ? void 0 : {
		day: Math.floor(minute / dayMinutes),
		hour: Math.floor(minute % dayMinutes / 60)
	};
}
function paintCells(week, cells, brush) {
	return cells.reduce((w, c) => paint(w, c.day, c.hour * 60, (c.hour + 1) * 60, brush), week);
}
/** What was drawn and not saved, by whose schedule it is; it waits for those who look at something else meanwhile. */
var drafts = y$1({});
/** The stored text, when it differs from what is drawn; else the drawing follows it. */
function useDrawing(of, text) {
	let stored = parseWindows(text), draft = drafts.value[of], put = (next) => drafts.value = {
		...drafts.value,
		[of]: next
	}, kept = formatWindows(windowsOf(weekOf(stored ?? []))), current = draft && (draft.over === text || draft.saved === kept) ? draft : void 0, week = current?.week ?? weekOf(stored ?? []), drawn = formatWindows(windowsOf(week));
	return {
		understood: stored !== void 0,
		week,
		drawn,
		changed: current !== void 0 && drawn !== kept,
		draw: (next) => put({
			over: text,
			saved: current?.saved,
			week: next
		}),
		saving: () => put({
			over: text,
			saved: drawn,
			week
		}),
		discard: () => put(void 0)
	};
}
/** The schedule as text, for what the grid does not say and for copying. */
function AsText({ text, check, save }) {
	let s = t().schedule, [typed, setTyped] = d$2(text), [problem, setProblem] = d$2(), submit = async () => {
		try {
			await save(typed), setProblem(void 0);
		} catch (thrown) {
			setProblem(problemOf(thrown));
		}
	};
	return /* @__PURE__ */ a("form", {
		class: "stack",
		onSubmit: (e) => {
			e.preventDefault(), submit();
		},
		children: [/* @__PURE__ */ a(Field, {
			label: s.asText,
			value: typed,
			onInput: setTyped,
			multiline: !0,
			mono: !0,
			error: problem && (problem.fields.schedule ?? problem.message),
			check: async (value, signal) => {
				let c = (await check({ schedule: value }, signal))[0];
				return c && {
					ok: c.ok,
					message: c.ok ? void 0 : c.message
				};
			}
		}), /* @__PURE__ */ a("div", {
			class: "row",
			children: /* @__PURE__ */ a(Button, {
				type: "submit",
				children: s.save
			})
		})]
	});
}
function Saving({ tooMany, onSave, onDiscard }) {
	let s = t().schedule, [problem, setProblem] = d$2();
	return /* @__PURE__ */ a("div", {
		class: "unsaved",
		role: "status",
		children: [
			/* @__PURE__ */ a("span", {
				class: "grow",
				children: problem?.message ?? (tooMany ? s.tooMany(64) : s.unsaved)
			}),
			/* @__PURE__ */ a(Button, {
				small: !0,
				onClick: onDiscard,
				children: s.discard
			}),
			/* @__PURE__ */ a(Button, {
				small: !0,
				kind: "primary",
				disabled: tooMany,
				onClick: async () => {
					try {
						await onSave();
					} catch (thrown) {
						setProblem(problemOf(thrown));
					}
				},
				children: s.save
			})
		]
	});
}
/** Limits at certain times of the week, painted in a grid or written as text. */
function ScheduleEditor({ of, text, zone, usual, overruled, check, save }) {
	let s = t().schedule, { understood, week, drawn, changed, draw, saving, discard } = useDrawing(of, text), [brush, setBrush] = d$2(week.brushes.length > 0 ? 0 : -1), hint = P();
	return /* @__PURE__ */ a("div", {
		class: "stack",
		children: [
			/* @__PURE__ */ a("p", {
				class: "quiet",
				children: [
					s.intro,
					" ",
					zone === "local" ? s.zoneLocal : s.zone(`${zone} (${weekdayTime(now.value, zone)})`)
				]
			}),
			overruled && /* @__PURE__ */ a(Notice, {
				kind: "warn",
				children: s.stopped
			}),
			!understood && /* @__PURE__ */ a(Notice, {
				kind: "warn",
				children: s.notUnderstood
			}),
			understood && /* @__PURE__ */ a("div", {
				class: "schedule-parts",
				children: [/* @__PURE__ */ a("div", {
					class: "schedule-tools",
					children: [/* @__PURE__ */ a(BrushChoice, {
						week,
						usual,
						chosen: brush,
						onChoose: setBrush,
						onAdd: (rates) => {
							let next = {
								brushes: [...week.brushes],
								minutes: week.minutes
							};
							setBrush(brushIndex(next, rates)), draw(next);
						},
						check
					}), /* @__PURE__ */ a(PaintExactly, {
						onPaint: (day, from, to) => (w) => paint(w, day, from, to, brush),
						week,
						draw
					})]
				}), /* @__PURE__ */ a("div", {
					class: "stack",
					children: [
						drawn === "none" && /* @__PURE__ */ a("p", {
							class: "quiet",
							children: s.nothing
						}),
						/* @__PURE__ */ a("p", {
							class: "hidden",
							id: hint,
							children: s.keys
						}),
						/* @__PURE__ */ a(WeekGrid, {
							week,
							now: cellAt(now.value, zone),
							describe: (b) => describeBrush(week, b, usual),
							onPaint: (cells) => draw(paintCells(week, cells, brush))
						}),
						/* @__PURE__ */ a("p", {
							class: "small faint",
							"aria-hidden": "true",
							children: s.keys
						}),
						changed && /* @__PURE__ */ a(Saving, {
							tooMany: windowsOf(week).length > 64,
							onSave: () => (saving(), save(drawn)),
							onDiscard: discard
						})
					]
				})]
			}),
			/* @__PURE__ */ a("details", {
				open: !understood,
				children: [/* @__PURE__ */ a("summary", { children: s.asText }), /* @__PURE__ */ a(AsText, {
					text: understood ? drawn : text,
					check,
					save
				}, drawn)]
			})
		]
	});
}
// src/components/settings-form.tsx
var switches = /* @__PURE__ */ new Set([
	"alternative",
	"pause_on_battery",
	"pause_on_metered",
	"serve",
	"fetch",
	"paused",
	"drop_messages_on_evict",
	"evict_originals"
]);
function placeholderOf(key) {
	let s = t().limits;
	return {
		cap: s.placeholderSize,
		min_free: s.placeholderFree,
		timezone: s.placeholderZone,
		pins: s.placeholderPins
	}[key] ?? s.placeholderRate;
}
/** Where a value comes from, and the way back. */
function Origin({ setting, save }) {
	let s = t().limits;
	return setting.from === "default" ? null : setting.from === "set" ? /* @__PURE__ */ a("span", {
		class: "origin",
		children: [
			s.fromSet,
			" ",
			/* @__PURE__ */ a(Button, {
				small: !0,
				kind: "quiet",
				onClick: () => save({ [setting.key]: null }).catch((thrown) => fail(problemOf(thrown))),
				children: s.takeBackTo(pretty(setting.otherwise))
			})
		]
	}) : /* @__PURE__ */ a("span", {
		class: "origin",
		children: fromText(setting.from)
	});
}
/** A setting that is typed: it is checked while somebody types, and holds when it is saved. */
function TypedSetting({ setting, label, help, draft, error, onDraft, check, save }) {
	let { value } = setting;
	return /* @__PURE__ */ a(Field, {
		label,
		value: draft ?? value,
		placeholder: placeholderOf(setting.key),
		error,
		check,
		onInput: (text) => onDraft(text === value ? void 0 : text),
		hint: /* @__PURE__ */ a($, { children: [
			help,
			" ",
			/* @__PURE__ */ a(Origin, {
				setting,
				save
			})
		] })
	});
}
function Row$1(props) {
	let { setting, label, help, save } = props, s = t().limits;
	return switches.has(setting.key) ? /* @__PURE__ */ a("div", {
		class: "field",
		children: [/* @__PURE__ */ a(Switch, {
			label,
			checked: setting.value === "on",
			onChange: (on) => save({ [setting.key]: on ? "on" : "off" })
		}), /* @__PURE__ */ a("p", {
			class: "hint",
			children: [
				help,
				" ",
				/* @__PURE__ */ a(Origin, {
					setting,
					save
				})
			]
		})]
	}) : setting.key === "pace" ? /* @__PURE__ */ a(Select, {
		label,
		value: setting.value,
		options: Object.entries(s.paces).map(([value, text]) => ({
			value,
			label: text
		})),
		onChange: (value) => save({ pace: value }),
		hint: /* @__PURE__ */ a($, { children: [
			help,
			" ",
			/* @__PURE__ */ a(Origin, {
				setting,
				save
			})
		] })
	}) : /* @__PURE__ */ a(TypedSetting, { ...props });
}
/** What was typed and not saved, by scope and key; it waits for those who look at something else meanwhile. */
var typed = y$1({});
/**
* Settings of a scope. Switches hold at once; what is typed is checked by the node at
* each pause, and holds when all of it is saved together.
*/
function SettingsForm({ scope, settings, save }) {
	let s = t().limits, of = scope.id ?? "", all = typed.value[of] ?? {}, mine = (key) => settings.some((x) => x.key === key), drafts = Object.fromEntries(Object.entries(all).filter(([k]) => mine(k))), setDrafts = (next) => {
		let others = Object.entries(typed.value[of] ?? {}).filter(([k]) => !mine(k));
		typed.value = {
			...typed.value,
			[of]: {
				...Object.fromEntries(others),
				...next
			}
		};
	}, [problem, setProblem] = d$2(), help = scope.id === void 0 ? s.nodeHelp : s.communityHelp, count = Object.keys(drafts).length, change = (key, value) => {
		let others = Object.entries(drafts).filter(([k]) => k !== key);
		setDrafts(Object.fromEntries(value === void 0 ? others : [...others, [key, value]])), setProblem(void 0);
	}, check = (key) => async (value, signal) => {
		let verdict = (await api.check({ [key]: value }, scope.id, signal)).find((c) => c.key === key);
		if (!verdict) return;
		let accepted = verdict.value === value ? void 0 : s.willBe(pretty(verdict.value ?? ""));
		return {
			ok: verdict.ok,
			message: verdict.ok ? accepted : verdict.message
		};
	}, submit = async () => {
		setProblem(void 0);
		try {
			await save(Object.fromEntries(Object.entries(drafts).map(([k, v]) => [k, v.trim() === "" ? null : v]))), setDrafts({});
		} catch (thrown) {
			setProblem(problemOf(thrown));
		}
	};
	return /* @__PURE__ */ a("form", {
		class: "settings-form",
		onSubmit: (e) => {
			e.preventDefault(), submit();
		},
		children: [
			settings.map((setting) => /* @__PURE__ */ a(Row$1, {
				setting,
				label: s.keys[setting.key] ?? setting.key,
				help: help[setting.key] ?? "",
				draft: drafts[setting.key],
				error: problem?.fields[setting.key],
				onDraft: (value) => change(setting.key, value),
				check: check(setting.key),
				save
			}, setting.key)),
			problem && /* @__PURE__ */ a(Notice, {
				kind: "bad",
				icon: "alert",
				children: [/* @__PURE__ */ a("p", {
					role: "alert",
					children: problem.message
				}), problem.hint && /* @__PURE__ */ a("p", {
					class: "small quiet",
					children: problem.hint
				})]
			}),
			count > 0 && /* @__PURE__ */ a("div", {
				class: "unsaved",
				role: "status",
				children: [
					/* @__PURE__ */ a("span", {
						class: "grow",
						children: s.unsaved(count)
					}),
					/* @__PURE__ */ a(Button, {
						small: !0,
						onClick: () => setDrafts({}),
						children: s.discard
					}),
					/* @__PURE__ */ a(Button, {
						small: !0,
						kind: "primary",
						type: "submit",
						children: s.saveAll
					})
				]
			})
		]
	});
}
// src/views/limits.tsx
/** Sets limits of the node or of a community, all or none, and says that they hold. Throws a Problem. */
async function put(id, values) {
	tell((id === void 0 ? await api.setLimits(values) : await api.setCommunity(id, values)).daemon === "told" ? t().limits.saved : t().limits.savedLater), await readAll();
}
var groups = {
	node: [
		{
			title: "rates",
			keys: ["up", "down"]
		},
		{
			title: "alternatives",
			keys: [
				"alternative",
				"alternative_up",
				"alternative_down"
			]
		},
		{
			title: "room",
			keys: ["cap", "min_free"]
		},
		{
			title: "behaviour",
			keys: [
				"pace",
				"timezone",
				"pause_on_battery",
				"pause_on_metered"
			]
		}
	],
	community: [
		{
			title: "rates",
			keys: ["up", "down"]
		},
		{
			title: "room",
			keys: [
				"cap",
				"pins",
				"drop_messages_on_evict",
				"evict_originals"
			]
		},
		{
			title: "behaviour",
			keys: [
				"serve",
				"fetch",
				"paused"
			]
		}
	]
};
function ScopeChoice({ id }) {
	let s = t().limits;
	return /* @__PURE__ */ a("div", {
		class: "scope",
		children: /* @__PURE__ */ a(Select, {
			label: s.scope,
			value: id ?? "",
			options: [{
				value: "",
				label: s.scopeNode
			}, ...communities.value.map((c) => ({
				value: c.id,
				label: nameOf(c)
			}))],
			onChange: (value) => navigate(value === "" ? { view: "limits" } : {
				view: "limits",
				of: value
			})
		})
	});
}
function DamagedRows({ limits }) {
	let s = t().limits;
	return /* @__PURE__ */ a($, { children: (limits.damaged ?? []).map((d) => /* @__PURE__ */ a(Notice, {
		kind: "bad",
		icon: "alert",
		children: [
			/* @__PURE__ */ a("p", { children: s.damaged(s.keys[d.key] ?? d.key, d.value) }),
			/* @__PURE__ */ a("p", { children: d.stops ? s.damagedStops : s.damagedInForce(d.in_force ?? "") }),
			/* @__PURE__ */ a("p", {
				class: "small quiet",
				children: d.hint
			})
		]
	}, d.key)) });
}
function valueOf(settings, key) {
	return settings.find((x) => x.key === key)?.value ?? "";
}
function Scoped({ scope, zone, alternative }) {
	let s = t().limits, save = (values) => put(scope.id, values), owner = communities.value.find((c) => c.id === scope.id)?.role === "owner", shown = (key) => key !== "evict_originals" || owner;
	return /* @__PURE__ */ a($, { children: [
		/* @__PURE__ */ a(DamagedRows, { limits: scope.limits }),
		/* @__PURE__ */ a(InForce, {
			scope,
			zone
		}),
		/* @__PURE__ */ a("div", {
			class: scope.id === void 0 ? "limit-groups" : "limit-groups three",
			children: groups[scope.id === void 0 ? "node" : "community"].map((g) => /* @__PURE__ */ a(Section, {
				title: s[g.title],
				children: /* @__PURE__ */ a(SettingsForm, {
					scope,
					settings: g.keys.filter(shown).flatMap((k) => scope.settings.find((x) => x.key === k) ?? []),
					save
				})
			}, g.title))
		}),
		/* @__PURE__ */ a(Section, {
			title: t().schedule.title,
			class: "schedule",
			children: /* @__PURE__ */ a(ScheduleEditor, {
				of: scope.id ?? "",
				text: valueOf(scope.settings, "schedule"),
				zone,
				usual: {
					up: valueOf(scope.settings, "up"),
					down: valueOf(scope.settings, "down")
				},
				overruled: alternative && scope.id === void 0,
				check: (values, signal) => api.check(values, scope.id, signal),
				save: (text) => save({ schedule: text })
			}, scope.id ?? "")
		})
	] });
}
function scopeOf(id) {
	let node = status.value?.limits;
	if (id === void 0) return node && {
		settings: node.settings ?? [],
		limits: node
	};
	let limits = communities.value.find((c) => c.id === id)?.limits;
	return limits && {
		id,
		settings: limits.settings ?? [],
		limits
	};
}
/** What may be used of the machine and the network, by all communities or by one, at each time of the week. */
function Limits() {
	let s = t().limits, at = route.value, id = at.view === "limits" ? at.of : void 0, scope = scopeOf(id), node = status.value?.limits.settings ?? [];
	return /* @__PURE__ */ a(Page, {
		title: t().nav.limits,
		lead: s.intro,
		actions: status.value && /* @__PURE__ */ a(ScopeChoice, { id }),
		children: [
			trouble.value && !status.value && /* @__PURE__ */ a(Trouble, { problem: trouble.value }),
			!status.value && !trouble.value && /* @__PURE__ */ a(Loading, { what: t().trouble.loading }),
			status.value && !scope && /* @__PURE__ */ a(Notice, {
				kind: "warn",
				children: s.unknownScope
			}),
			scope && /* @__PURE__ */ a(Scoped, {
				scope,
				zone: valueOf(node, "timezone") || "local",
				alternative: valueOf(node, "alternative") === "on"
			}, id ?? "")
		]
	});
}
// src/views/login.tsx
/** Why the link that brought somebody here did not log in; null when it did, or there was none. */
var linkRefused = y$1(null);
/** The refusal of a log-in in the words of the person who tries. */
function reason(problem) {
	let s = t().login;
	switch (problem.status) {
		case 0: return { text: s.unreachable };
		case 401:
		case 403: return {
			text: s.wrong,
			hint: s.wrongHint
		};
		case 429: return { text: s.tooMany(duration((problem.retryAfter || 60) * 1e3)) };
		default: return {
			text: problem.message,
			hint: problem.hint
		};
	}
}
function Commands() {
	let s = t().login;
	return /* @__PURE__ */ a("div", {
		class: "stack small",
		children: [/* @__PURE__ */ a("p", {
			class: "quiet",
			children: s.hint
		}), /* @__PURE__ */ a("ul", {
			class: "login-commands",
			children: s.commands.map((c) => /* @__PURE__ */ a("li", { children: [/* @__PURE__ */ a("code", { children: c }), /* @__PURE__ */ a(Copy, {
				text: c,
				label: `${t().common.copy}: ${c}`
			})] }, c))
		})]
	});
}
function TokenForm() {
	let s = t().login, [token, setToken] = d$2(""), [shown, setShown] = d$2(!1), [problem, setProblem] = d$2(), [busy, setBusy] = d$2(!1), submit = async () => {
		if (token.trim() === "") setProblem({ text: s.missing });
		else {
			setBusy(!0);
			try {
				await logIn(token.trim()), linkRefused.value = null;
			} catch (thrown) {
				setProblem(reason(problemOf(thrown)));
			} finally {
				setBusy(!1);
			}
		}
	};
	return /* @__PURE__ */ a("form", {
		class: "stack",
		onSubmit: (e) => {
			e.preventDefault(), busy || submit();
		},
		children: [/* @__PURE__ */ a(Field, {
			label: s.token,
			type: shown ? "text" : "password",
			value: token,
			onInput: (v) => {
				setToken(v), setProblem(void 0);
			},
			error: problem?.text,
			hint: problem?.hint,
			autocomplete: "current-password",
			mono: !0,
			autoFocus: !0,
			after: /* @__PURE__ */ a(Button, {
				"aria-pressed": shown,
				onClick: () => setShown(!shown),
				children: shown ? s.hide : s.show
			})
		}), /* @__PURE__ */ a("div", {
			class: "row",
			children: /* @__PURE__ */ a(Button, {
				type: "submit",
				kind: "primary",
				children: busy ? s.entering : s.enter
			})
		})]
	});
}
/** Shown instead of every view while nobody is logged in. */
function Login() {
	let s = t().login, words = t().settings.languages;
	return /* @__PURE__ */ a("main", {
		class: "alone login",
		children: /* @__PURE__ */ a(Page, {
			title: s.title,
			lead: s.intro,
			before: /* @__PURE__ */ a("img", {
				class: "login-mark",
				src: "./icon.svg",
				width: "40",
				height: "40",
				alt: ""
			}),
			children: [
				linkRefused.value && /* @__PURE__ */ a(Notice, {
					kind: "warn",
					icon: "alert",
					children: linkRefused.value.status === 401 ? s.wrongLink : reason(linkRefused.value).text
				}),
				/* @__PURE__ */ a(TokenForm, {}),
				/* @__PURE__ */ a(Commands, {}),
				/* @__PURE__ */ a("div", {
					class: "login-language",
					children: /* @__PURE__ */ a(Segments, {
						label: t().settings.language,
						value: language.value,
						options: Object.entries(words).map(([value, label]) => ({
							value,
							label
						})),
						onChange: (v) => language.value = v
					})
				})
			]
		})
	});
}
// src/components/config-list.tsx
function shown(value) {
	return Array.isArray(value) ? value.length === 0 ? "" : value.join(", ") : String(typeof value == "boolean" ? value : value ?? "");
}
var sectionOf = (key) => key.includes(".") ? key.split(".")[0] ?? "" : "";
function Row({ value }) {
	let s = t().settings, text = shown(value.value), set = value.source !== "default";
	return /* @__PURE__ */ a("div", {
		class: "config-row",
		children: [
			/* @__PURE__ */ a("dt", { children: [
				/* @__PURE__ */ a("code", { children: value.key }),
				" ",
				value.reload ? /* @__PURE__ */ a(Badge, {
					tone: "good",
					children: s.liveMark
				}) : /* @__PURE__ */ a(Badge, { children: s.restartMark })
			] }),
			/* @__PURE__ */ a("dd", {
				class: "config-value",
				children: [text === "" ? /* @__PURE__ */ a("span", {
					class: "faint",
					children: s.empty
				}) : /* @__PURE__ */ a("code", { children: text }), /* @__PURE__ */ a("span", {
					class: set ? "small strong" : "small faint",
					title: value.source,
					children: value.source.replace(/^file .*[\\/]/, "file ")
				})]
			}),
			/* @__PURE__ */ a("dd", {
				class: "config-doc quiet",
				children: [value.doc, value.accepts && /* @__PURE__ */ a("span", {
					class: "small faint",
					children: [" ", s.accepts(value.accepts)]
				})]
			})
		]
	});
}
/** Every setting of the configuration: its value, where that comes from, and what it does. */
function ConfigList({ values }) {
	let s = t().settings, [wanted, setWanted] = d$2(""), [onlySet, setOnlySet] = d$2(!1), words = wanted.toLowerCase().trim(), found = values.filter((v) => (!onlySet || v.source !== "default") && (v.key.includes(words) || (v.doc ?? "").toLowerCase().includes(words) || shown(v.value).toLowerCase().includes(words))), narrowed = words !== "" || onlySet, count = (section) => {
		let all = values.filter((v) => sectionOf(v.key) === section);
		return s.settingsSet(all.filter((v) => v.source !== "default").length, all.length);
	}, sections = [...new Set(found.map((v) => sectionOf(v.key)))];
	return /* @__PURE__ */ a($, { children: [
		/* @__PURE__ */ a("div", {
			class: "config-filter",
			children: [/* @__PURE__ */ a(Field, {
				label: s.search,
				type: "search",
				value: wanted,
				onInput: setWanted
			}), /* @__PURE__ */ a(Switch, {
				label: s.onlyChanged,
				checked: onlySet,
				onChange: (on) => setOnlySet(on)
			})]
		}),
		found.length === 0 && /* @__PURE__ */ a(Empty, {
			icon: "settings",
			title: s.nothingFound,
			children: s.nothingFoundHint
		}),
		/* @__PURE__ */ a("div", {
			class: "config-list",
			children: sections.map((section) => /* @__PURE__ */ a("details", {
				class: "config-section",
				open: narrowed,
				children: [/* @__PURE__ */ a("summary", { children: [
					s.sections[section] ?? section,
					" ",
					/* @__PURE__ */ a("span", {
						class: "small faint",
						children: count(section)
					})
				] }), /* @__PURE__ */ a("dl", { children: found.filter((v) => sectionOf(v.key) === section).map((v) => /* @__PURE__ */ a(Row, { value: v }, v.key)) })]
			}, section))
		})
	] });
}
// src/use-asked.ts
/** Asks once when the component appears, and again when it is told to and when the node is back. */
function useAsked(ask) {
	let [value, setValue] = d$2(), [problem, setProblem] = d$2(), [times, setTimes] = d$2(0), connection = revisions.value[CONNECTION];
	return A$1(() => {
		let abort = new AbortController();
		return ask(abort.signal).then((v) => {
			setValue(v), setProblem(void 0);
		}, (thrown) => !abort.signal.aborted && setProblem(problemOf(thrown))), () => abort.abort();
	}, [times, connection]), {
		value,
		problem,
		again: () => setTimes(times + 1),
		put: setValue
	};
}
// src/views/settings.tsx
function entries(words) {
	return Object.entries(words).map(([value, label]) => ({
		value,
		label
	}));
}
function ThisPage() {
	let s = t().settings;
	return /* @__PURE__ */ a(Section, {
		title: s.page,
		aside: /* @__PURE__ */ a("span", {
			class: "small faint",
			children: s.pageHint
		}),
		children: /* @__PURE__ */ a("div", {
			class: "choices",
			children: [
				/* @__PURE__ */ a("div", {
					class: "choice",
					children: [/* @__PURE__ */ a("h3", { children: s.theme }), /* @__PURE__ */ a(Segments, {
						label: s.theme,
						value: theme.value,
						options: entries(s.themes),
						onChange: (v) => theme.value = v
					})]
				}),
				/* @__PURE__ */ a("div", {
					class: "choice",
					children: [/* @__PURE__ */ a("h3", { children: s.language }), /* @__PURE__ */ a(Segments, {
						label: s.language,
						value: language.value,
						options: entries(s.languages),
						onChange: (v) => language.value = v
					})]
				}),
				/* @__PURE__ */ a("div", {
					class: "choice",
					children: [/* @__PURE__ */ a("h3", { children: s.session }), /* @__PURE__ */ a("div", {
						class: "row",
						children: [/* @__PURE__ */ a(Button, {
							onClick: () => logOut().catch((thrown) => fail(problemOf(thrown))),
							children: s.logOut
						}), /* @__PURE__ */ a("span", {
							class: "small faint",
							children: s.logOutHint
						})]
					})]
				})
			]
		})
	});
}
function LogLevel() {
	let s = t().settings, level = useAsked((signal) => api.logLevel(signal));
	return /* @__PURE__ */ a(Section, {
		title: s.log,
		children: [
			level.problem && /* @__PURE__ */ a(Trouble, {
				problem: level.problem,
				onRetry: level.again
			}),
			!level.value && !level.problem && /* @__PURE__ */ a(Loading, { what: t().trouble.loading }),
			level.value && /* @__PURE__ */ a("div", {
				class: "narrow",
				children: /* @__PURE__ */ a(Select, {
					label: s.logLevel,
					value: level.value.level,
					options: entries(s.logLevels),
					onChange: async (wanted) => {
						let now = await api.setLogLevel(wanted);
						level.put(now), tell(s.logLevelTold(s.logLevels[now.level] ?? now.level));
					},
					hint: s.logLevelHint
				})
			})
		]
	});
}
var shownValue = (v) => v === "" || v === null || Array.isArray(v) && v.length === 0 ? t().settings.empty : Array.isArray(v) ? v.join(", ") : String(v);
function Changes({ title, list, tone }) {
	let s = t().settings;
	return list.length === 0 ? null : /* @__PURE__ */ a(Notice, {
		kind: tone,
		icon: tone === "good" ? "check" : "alert",
		children: [/* @__PURE__ */ a("p", { children: title }), /* @__PURE__ */ a("ul", {
			class: "plain-list",
			children: list.map((c) => /* @__PURE__ */ a("li", {
				class: "mono",
				children: s.change(c.key, shownValue(c.before), shownValue(c.after))
			}, c.key))
		})]
	});
}
function ReloadResult({ result }) {
	let s = t().settings, { applied, needs_restart } = result;
	return /* @__PURE__ */ a("div", {
		class: "stack",
		role: "status",
		children: [
			applied.length + needs_restart.length === 0 && /* @__PURE__ */ a(Notice, { children: s.reloadNothing }),
			/* @__PURE__ */ a(Changes, {
				title: s.reloadApplied(applied.length),
				list: applied,
				tone: "good"
			}),
			/* @__PURE__ */ a(Changes, {
				title: s.reloadRestart(needs_restart.length),
				list: needs_restart,
				tone: "warn"
			})
		]
	});
}
function Configuration() {
	let s = t().settings, config = useAsked((signal) => api.config(signal)), [result, setResult] = d$2(), reload = async () => {
		try {
			setResult(await api.reload()), config.again();
		} catch (thrown) {
			setResult(void 0), fail(problemOf(thrown));
		}
	}, file = config.value?.file ?? "";
	return /* @__PURE__ */ a(Section, {
		title: s.config,
		aside: /* @__PURE__ */ a(Button, {
			icon: "work",
			onClick: reload,
			children: s.reload
		}),
		children: /* @__PURE__ */ a("div", {
			class: "stack",
			children: [
				config.problem && /* @__PURE__ */ a(Trouble, {
					problem: config.problem,
					onRetry: config.again
				}),
				!config.value && !config.problem && /* @__PURE__ */ a(Loading, { what: t().trouble.loading }),
				config.value && /* @__PURE__ */ a($, { children: [
					/* @__PURE__ */ a("p", {
						class: "quiet",
						children: [
							file === "" ? s.configNoFile : s.configFile(file),
							" ",
							s.configHint,
							" ",
							/* @__PURE__ */ a(Badge, {
								tone: "good",
								children: s.liveMark
							}),
							" ",
							/* @__PURE__ */ a(Badge, { children: s.restartMark })
						]
					}),
					result && /* @__PURE__ */ a(ReloadResult, { result }),
					/* @__PURE__ */ a(ConfigList, { values: config.value.values })
				] })
			]
		})
	});
}
/** How this page looks, what the node logs, and its configuration. */
function Settings() {
	return /* @__PURE__ */ a(Page, {
		title: t().nav.settings,
		children: [
			/* @__PURE__ */ a(ThisPage, {}),
			/* @__PURE__ */ a(LogLevel, {}),
			/* @__PURE__ */ a(Configuration, {})
		]
	});
}
// src/views/welcome.tsx
function Choice({ kind, onChoose }) {
	let s = t().welcome;
	return /* @__PURE__ */ a("button", {
		type: "button",
		class: "big-choice",
		onClick: () => onChoose(kind),
		children: [
			/* @__PURE__ */ a("span", {
				class: "big-choice-icon",
				children: /* @__PURE__ */ a(Icon, {
					name: kind === "join" ? "peers" : "key",
					size: 22
				})
			}),
			/* @__PURE__ */ a("span", {
				class: "big-choice-title",
				children: s[kind]
			}),
			/* @__PURE__ */ a("span", {
				class: "quiet",
				children: kind === "join" ? s.joinHint : s.createHint
			})
		]
	});
}
/** A step; one without a form takes the focus itself, so that it is read out. */
function Step({ n, title, result, children }) {
	let heading = T(null);
	return A$1(() => {
		result && heading.current?.focus();
	}, [result]), /* @__PURE__ */ a("section", {
		class: "section step",
		children: [
			/* @__PURE__ */ a("p", {
				class: "small faint",
				children: t().welcome.step(n, 2)
			}),
			/* @__PURE__ */ a("h2", {
				ref: heading,
				tabIndex: -1,
				children: title
			}),
			children
		]
	});
}
/** What was refused, but for what the fields of the form say themselves. */
function Refusal({ problem, fields }) {
	let wrong = Object.keys(problem?.fields ?? {});
	return !problem || wrong.length > 0 && wrong.every((f) => fields.includes(f)) ? null : /* @__PURE__ */ a(Trouble, {
		problem,
		title: t().trouble.refused
	});
}
var idForm = /^0x[0-9a-fA-F]{66}$/;
function Actions({ label, onBack }) {
	return /* @__PURE__ */ a("div", {
		class: "row",
		children: [/* @__PURE__ */ a(Button, {
			icon: "left",
			onClick: onBack,
			children: t().welcome.back
		}), /* @__PURE__ */ a(Button, {
			type: "submit",
			kind: "primary",
			children: label
		})]
	});
}
/** Sends a form once at a time, and keeps what was refused. */
function useSending(send) {
	let [problem, setProblem] = d$2(), [busy, setBusy] = d$2(!1);
	return {
		problem,
		busy,
		submit: (e) => {
			e.preventDefault(), busy || (setBusy(!0), setProblem(void 0), send().catch((thrown) => setProblem(problemOf(thrown))).finally(() => setBusy(!1)));
		}
	};
}
function JoinForm({ onBack, onJoined }) {
	let s = t().welcome, [id, setId] = d$2(""), [name, setName] = d$2(""), [peers, setPeers] = d$2(""), [tried, setTried] = d$2(!1), typed = id.trim(), known = communities.value.find((c) => c.id === typed.toLowerCase()), wrong = known ? s.idKnown(nameOf(known)) : tried && !idForm.test(typed) ? s.idBad : void 0, { problem, busy, submit } = useSending(async () => {
		if (setTried(!0), known || !idForm.test(typed)) return;
		let addresses = peers.split(/[\s,]+/).filter((p) => p !== ""), info = await api.join(typed, name.trim(), addresses);
		await readAll(), onJoined(info);
	});
	return /* @__PURE__ */ a(Step, {
		n: 2,
		title: s.join,
		children: /* @__PURE__ */ a("form", {
			class: "stack",
			onSubmit: submit,
			children: [
				/* @__PURE__ */ a(Field, {
					label: s.idLabel,
					value: id,
					onInput: setId,
					hint: s.idHint,
					error: wrong ?? problem?.fields.id,
					placeholder: "0x…",
					mono: !0,
					autoFocus: !0
				}),
				/* @__PURE__ */ a(Field, {
					label: s.nameLabel,
					value: name,
					onInput: setName,
					hint: s.nameHintJoin,
					error: problem?.fields.name,
					maxLength: 256
				}),
				/* @__PURE__ */ a(Field, {
					label: s.peersLabel,
					value: peers,
					onInput: setPeers,
					hint: s.peersHint,
					error: problem?.fields.peers,
					mono: !0
				}),
				/* @__PURE__ */ a(Refusal, {
					problem,
					fields: [
						"id",
						"name",
						"peers"
					]
				}),
				/* @__PURE__ */ a(Actions, {
					label: busy ? s.joining : s.joinDo,
					onBack
				})
			]
		})
	});
}
function CreateForm({ onBack, onCreated }) {
	let s = t().welcome, [name, setName] = d$2(""), [tried, setTried] = d$2(!1), { problem, busy, submit } = useSending(async () => {
		if (setTried(!0), name.trim() === "") return;
		let info = await api.create(name.trim());
		await readAll(), onCreated(info);
	}), missing = tried && name.trim() === "" ? s.nameMissing : void 0;
	return /* @__PURE__ */ a(Step, {
		n: 2,
		title: s.create,
		children: /* @__PURE__ */ a("form", {
			class: "stack",
			onSubmit: submit,
			children: [
				/* @__PURE__ */ a(Field, {
					label: s.nameLabel,
					value: name,
					onInput: setName,
					hint: s.nameHintCreate,
					error: missing ?? problem?.fields.name,
					maxLength: 256,
					autoFocus: !0
				}),
				/* @__PURE__ */ a(Refusal, {
					problem,
					fields: ["name"]
				}),
				/* @__PURE__ */ a(Actions, {
					label: busy ? s.creating : s.createDo,
					onBack
				})
			]
		})
	});
}
/** An operation as it stands: each second while it goes on, and how it ended. */
function useOperation(id, community) {
	let read = useQuery(id, (signal) => api.operation(id ?? "", signal), community).data, open = operations.value.find((o) => o.id === id);
	return read && read.ended_at > 0 ? read : open ?? read;
}
/** What has to come before the archives of a community that was joined are known. */
function waitsFor(community) {
	let s = t().welcome, mode = community?.limits?.mode;
	return mode?.reason && !mode.fetch ? s.joinedStopped(mode.reason) : community?.announcement ? community.limits?.peers === 0 ? s.joinedNoPeer : s.joinedNoIndex : s.joinedWaiting;
}
function JoinProgress({ operation, community }) {
	let s = t().welcome, { here, total } = joinProgress(operation, community), done = operation ? operation.state === "done" : total > 0 && here === total;
	if (operation?.state === "failed") return /* @__PURE__ */ a(Notice, {
		kind: "bad",
		icon: "alert",
		children: s.joinedFailed(shortIds(operation.reason ?? ""))
	});
	let text = done ? s.joinedDone : total === 0 ? waitsFor(community) : s.joinedProgress(String(here), String(total));
	return /* @__PURE__ */ a("div", {
		class: "stack",
		"data-join": done ? "done" : "under way",
		children: [
			/* @__PURE__ */ a(Progress, {
				label: text,
				done: here,
				total: done ? Math.max(1, here) : total
			}),
			/* @__PURE__ */ a("p", {
				role: "status",
				children: text
			}),
			!done && operation?.reason && operation.total > 0 && /* @__PURE__ */ a("p", {
				class: "small quiet",
				children: shortIds(operation.reason)
			}),
			!done && /* @__PURE__ */ a("p", {
				class: "small quiet",
				children: s.joinedOnItsOwn
			})
		]
	});
}
function Joined({ info, onAnother }) {
	let s = t().welcome, community = communities.value.find((c) => c.id === info.id), name = nameOf(community || info), operation = useOperation(info.operation, info.id);
	return /* @__PURE__ */ a(Step, {
		n: 2,
		title: s.joinedTitle(name),
		result: !0,
		children: [/* @__PURE__ */ a(JoinProgress, {
			operation,
			community
		}), /* @__PURE__ */ a("div", {
			class: "row",
			children: [/* @__PURE__ */ a(ButtonLink, {
				kind: "primary",
				href: hrefOf({
					view: "community",
					id: info.id
				}),
				children: s.toCommunity
			}), /* @__PURE__ */ a(Button, {
				kind: "quiet",
				icon: "add",
				onClick: onAnother,
				children: s.another
			})]
		})]
	});
}
function Created({ info }) {
	let s = t().welcome, leave = () => navigate({
		view: "community",
		id: info.id
	});
	return /* @__PURE__ */ a(Step, {
		n: 2,
		title: s.createdTitle(info.name),
		result: !0,
		children: [/* @__PURE__ */ a(KeyBackup, {
			id: info.id,
			onDone: leave,
			onLater: leave
		}), /* @__PURE__ */ a("div", {
			class: "share",
			children: [/* @__PURE__ */ a("p", {
				class: "quiet",
				children: s.shareId
			}), /* @__PURE__ */ a("p", {
				class: "share-id",
				children: [/* @__PURE__ */ a("code", { children: info.id }), /* @__PURE__ */ a(Copy, { text: info.id })]
			})]
		})]
	});
}
/** Adds a community in two steps; what somebody sees first on a node that has none. */
function Welcome() {
	let s = t().welcome, [kind, setKind] = d$2(), [joined, setJoined] = d$2(), [created, setCreated] = d$2(), none = T(void 0);
	none.current ??= status.value ? status.value.communities.length === 0 : void 0;
	let first = none.current === !0, back = () => setKind(void 0);
	return /* @__PURE__ */ a(Page, {
		title: first ? s.firstTitle : s.title,
		lead: first ? s.firstIntro : s.intro,
		children: [
			!kind && /* @__PURE__ */ a(Step, {
				n: 1,
				title: s.chooseTitle,
				children: /* @__PURE__ */ a("div", {
					class: "big-choices",
					children: [/* @__PURE__ */ a(Choice, {
						kind: "join",
						onChoose: setKind
					}), /* @__PURE__ */ a(Choice, {
						kind: "create",
						onChoose: setKind
					})]
				})
			}),
			kind === "join" && !joined && /* @__PURE__ */ a(JoinForm, {
				onBack: back,
				onJoined: setJoined
			}),
			kind === "join" && joined && /* @__PURE__ */ a(Joined, {
				info: joined,
				onAnother: () => {
					setKind(void 0), setJoined(void 0);
				}
			}),
			kind === "create" && !created && /* @__PURE__ */ a(CreateForm, {
				onBack: back,
				onCreated: setCreated
			}),
			kind === "create" && created && /* @__PURE__ */ a(Created, { info: created })
		]
	});
}
// src/app.tsx
function View() {
	let at = route.value;
	switch (at.view) {
		case "community": return /* @__PURE__ */ a(Community, { id: at.id }, at.id);
		case "limits": return /* @__PURE__ */ a(Limits, {});
		case "activity": return /* @__PURE__ */ a(Activity, {});
		case "settings": return /* @__PURE__ */ a(Settings, {});
		case "about": return /* @__PURE__ */ a(About, {});
		case "welcome": return /* @__PURE__ */ a(Welcome, {});
		default: return /* @__PURE__ */ a(Communities, {});
	}
}
/** Moves the focus to the heading of a view that was chosen, or led to by the log-in, so that it is read out. */
function useFocusOnChange(where) {
	let before = T("unknown"), state = session.value;
	A$1(() => {
		before.current !== "unknown" && state === "in" && (window.scrollTo(0, 0), document.querySelector("main h1")?.focus()), before.current = state;
	}, [where, state]);
}
/** Keeps the rest of the page when a view fails, which is a fault of this program. */
function Guard({ children }) {
	let [broken] = O$1((thrown) => reportError(thrown)), s = t().trouble;
	return broken === void 0 ? /* @__PURE__ */ a($, { children }) : /* @__PURE__ */ a(Page, {
		title: s.broken,
		children: [/* @__PURE__ */ a(Notice, {
			kind: "bad",
			icon: "alert",
			children: [/* @__PURE__ */ a("p", {
				class: "mono",
				children: problemOf(broken).message
			}), /* @__PURE__ */ a("p", { children: s.brokenHint })]
		}), /* @__PURE__ */ a("div", {
			class: "row",
			children: /* @__PURE__ */ a(Button, {
				onClick: () => location.reload(),
				children: s.reload
			})
		})]
	});
}
/** Who has no community yet is led to where one is added. */
function useWelcome() {
	let none = status.value?.communities.length === 0 && route.value.view === "communities";
	A$1(() => {
		none && addressed().view === "communities" && location.replace(hrefOf({ view: "welcome" }));
	}, [none]);
}
function App() {
	let where = hrefOf(route.value);
	return useFocusOnChange(where), useWelcome(), session.value === "out" ? /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a(Login, {}), /* @__PURE__ */ a(Toasts, {})] }) : session.value === "unknown" ? /* @__PURE__ */ a("main", {
		class: "alone",
		children: [/* @__PURE__ */ a("h1", {
			class: "hidden",
			children: t().product
		}), trouble.value ? /* @__PURE__ */ a(Trouble, { problem: trouble.value }) : /* @__PURE__ */ a(Loading, { what: t().trouble.loading })]
	}) : /* @__PURE__ */ a(Shell, { children: [/* @__PURE__ */ a(Guard, { children: /* @__PURE__ */ a(View, {}) }, where), /* @__PURE__ */ a(Toasts, {})] });
}
// src/main.tsx
/** Logs in with the token of a link. A wrong one leads to the log-in, which says what to do. */
async function followLink() {
	let token = takeToken();
	token !== "" && await logIn(token).catch((thrown) => linkRefused.value = problemOf(thrown));
}
async function begin() {
	await followLink(), window.addEventListener("hashchange", () => void followLink()), await start();
}
var root = document.getElementById("app");
root && (Q(/* @__PURE__ */ a(App, {}), root), begin());
