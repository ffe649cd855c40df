// node_modules/preact/dist/preact.mjs
var n$1, t$3, r$2, u$3, i$2, f$3, o$3, e$2, l$2, c$2, a$3, h$3 = Symbol.for("pv"), p$3 = {}, y$3 = [], v$2 = /^m(i|n|o|s|text|space)$/, w$3 = Array.isArray, d$3 = y$3.slice, _$2 = Object.assign;
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
	e && ((r = _$2({ constructor: h$3 }, u)).__v = u.__v + 1, n$1.vnode && n$1.vnode(r), z$1(e, r, u, t.__n, e.namespaceURI, 32 & u.__u ? [i] : null, f, i || S$1(u), 32 & u.__u, o), r.__v = u.__v, r.__.__k[r.__i] = r, E$1(f, r, o), u.__ = u.__e = null, r.__e != i && j$1(r));
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
			if (M = r.props, C = (s = V.prototype) && s.render, j = (s = V.contextType) && i[s.__c], L = s ? j ? j.props.value : s.__ : i, (d = u.__c) ? (r.__c = d, 2 & d.__g && (d.__g |= 1)) : (C ? r.__c = d = new V(M, L) : (r.__c = d = new x$1(M, L), d.constructor = V, d.render = K), j && j.sub(d), d.state || (d.state = {}), d.__n = i, d.__g |= 8, d.__h = [], d.__k = []), C && (d.__s || (d.__s = d.state), V.getDerivedStateFromProps && (d.__s == d.state && (d.__s = _$2({}, d.__s)), _$2(d.__s, V.getDerivedStateFromProps(M, d.__s)))), k = d.props, b = d.state, d.__v = r, u.__c) {
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
			C && (y$3.push.apply(d.__h, d.__k), d.__k = []), d.state = d.__s, d.getChildContext && (i = _$2({}, i, d.getChildContext())), C && u.__c && d.getSnapshotBeforeUpdate && (m = d.getSnapshotBeforeUpdate(k, b)), A = s && s.type === $ && s.key == null ? s.props.children : s, M.__P && (s = l, f = (t = M.__P).namespaceURI, c = o = null, u.props && u.props.__P != t && (u.__k.some(function(n) {
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
	r && r != this.state || (r = this.__s = _$2({}, this.state)), typeof n == "function" && (n = n(_$2({}, r), this.props)), n && (_$2(r, n), this.__v && (t && this.__k.push(t), L(this)));
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
	return f$2 = 1, _$1(G, n);
}
function _$1(n, u, i) {
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
function _(i) {
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
	return o$1 = i, _(this), this.f &= -2, !0;
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
	_(this), o$1 = i, this.f &= -2;
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
			if (this.N = M, e.value) {
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
			this.N = M;
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
function M() {
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
// src/api/client.ts
/** Whether somebody is logged in; unknown until the server has said so. */
var session = y$1("unknown"), Problem = class extends Error {
	status;
	code;
	hint;
	fields;
	name = "Problem";
	constructor(status, code, message, hint = "", fields = {}) {
		super(message), this.status = status, this.code = code, this.hint = hint, this.fields = fields;
	}
};
/** Makes a Problem of whatever was thrown. */
function problemOf(thrown) {
	return thrown instanceof Problem ? thrown : new Problem(0, "internal", thrown instanceof Error ? thrown.message : String(thrown));
}
var csrf = "";
async function problemFrom(answer) {
	let body = {};
	try {
		body = await answer.json();
	} catch {}
	let fields = {};
	for (let e of body.errors ?? []) fields[e.location.replace(/^.*[./]/, "")] = e.message;
	let message = body.detail || body.title || `${answer.status} ${answer.statusText}`;
	return new Problem(answer.status, body.code ?? "http", message, body.hint, fields);
}
async function sendOnce(method, path, options) {
	let headers = {
		Accept: "application/json",
		...options.headers
	};
	options.body !== void 0 && (headers["Content-Type"] = "application/json"), method !== "GET" && csrf !== "" && (headers["X-CSRF-Token"] = csrf);
	try {
		return await fetch(path, {
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
}
/** Sends a request and returns the answer, which is a good one; else it throws a Problem. */
async function send(method, path, options = {}) {
	let answer = await sendOnce(method, path, options);
	if (answer.status === 401 && path !== "/session" && await logInAgain() && (answer = await sendOnce(method, path, options)), answer.ok) return answer;
	let problem = await problemFrom(answer);
	throw problem.status === 401 && path !== "/session" && (session.value = "out"), problem;
}
async function call(method, path, options) {
	let text = await (await send(method, path, options)).text();
	return text === "" ? void 0 : JSON.parse(text);
}
/** Asks who is logged in, and fetches what changing requests have to carry. */
async function refreshSession() {
	let now = await call("GET", "/session").catch((thrown) => {
		if (problemOf(thrown).status === 401) return {
			authenticated: !1,
			csrf: ""
		};
		throw thrown;
	});
	return csrf = now.csrf, session.value = now.authenticated ? "in" : "out", now.authenticated;
}
/**
* The token, for as long as the page is open: sessions end with the process of the
* node, and this one goes on when it was restarted. It is in no storage.
*/
var known = "";
/** Logs in with the token of the node. */
async function logIn(token) {
	await call("POST", "/session", { body: { token } }), known = token, await refreshSession();
}
var again;
/** Logs in once more with the token that is known; many who ask wait for one answer. */
function logInAgain() {
	return known === "" ? Promise.resolve(!1) : (again ??= logIn(known).then(() => !0, () => (known = "", !1)).finally(() => again = void 0), again);
}
async function logOut() {
	await call("DELETE", "/session"), known = "", csrf = "", session.value = "out";
}
var of = (id) => `/v1/communities/${encodeURIComponent(id)}`, query = (values) => {
	let given = Object.entries(values).filter(([, v]) => v !== void 0);
	return given.length === 0 ? "" : "?" + new URLSearchParams(given.map(([k, v]) => [k, String(v)])).toString();
}, api = {
	status: (signal) => call("GET", "/v1/status", { signal }),
	community: (id, signal) => call("GET", of(id), { signal }),
	history: (id, signal) => call("GET", of(id) + "/history", { signal }),
	transfers: (id, signal) => call("GET", of(id) + "/transfers", { signal }),
	announcements: (id, signal) => call("GET", of(id) + "/announcements", { signal }).then((a) => a.announcements),
	rates: (id, range, signal) => call("GET", (id === void 0 ? "/v1" : of(id)) + "/rates" + query({ range }), { signal }),
	create: (name) => call("POST", "/v1/communities", { body: {
		role: "owner",
		name
	} }),
	join: (id, name) => call("POST", "/v1/communities", { body: {
		role: "member",
		id,
		name
	} }),
	own: (id, name) => call("POST", "/v1/communities", { body: {
		role: "owner",
		id,
		name
	} }),
	rename: (id, name) => call("PATCH", of(id), { body: { name } }),
	leave: (id, deleteMessages) => call("DELETE", of(id) + query({ delete_messages: deleteMessages })),
	setCommunity: (id, values) => call("PATCH", of(id) + "/settings", { body: values }),
	pause: (id) => call("POST", of(id) + "/pause"),
	resume: (id) => call("POST", of(id) + "/resume"),
	pin: (id, span) => call("POST", of(id) + "/pins", { body: span }),
	unpin: (id, span) => call("DELETE", of(id) + "/pins" + query({ ...span })),
	fetch: (id, span) => call("POST", of(id) + "/fetch", { body: span }),
	begin: (id, kind, span) => call("POST", of(id) + "/" + kind, span === void 0 ? {} : { body: span }),
	keyBackup: (id, token) => call("POST", of(id) + "/key-backup", { body: { token } }),
	operations: (open, signal) => call("GET", "/v1/operations" + query({ open }), { signal }).then((a) => a.operations),
	operationsOf: (id, open, signal) => call("GET", of(id) + "/operations" + query({ open }), { signal }).then((a) => a.operations),
	operation: (id) => call("GET", "/v1/operations/" + encodeURIComponent(id)),
	activity: (limit, before, signal) => call("GET", "/v1/activity" + query({
		limit,
		before
	}), { signal }).then((a) => a.events),
	limits: (signal) => call("GET", "/v1/limits", { signal }),
	setLimits: (values) => call("PATCH", "/v1/limits", { body: values }),
	check: (values, community, signal) => call("POST", "/v1/limits/check", {
		body: {
			community,
			values
		},
		signal
	}).then((a) => a.checked),
	limitKeys: (signal) => call("GET", "/v1/limits/keys", { signal }),
	config: (signal) => call("GET", "/v1/config", { signal }),
	reload: () => call("POST", "/v1/config/reload"),
	logLevel: (signal) => call("GET", "/v1/log-level", { signal }),
	setLogLevel: (level) => call("PUT", "/v1/log-level", { body: { level } }),
	doctor: (signal) => call("GET", "/v1/doctor", { signal })
}, DIAGNOSTICS = "/v1/diagnostics", stream = y$1({ kind: "idle" }), SILENCE = 15e3, FIRST_PAUSE = 500, LONGEST_PAUSE = 15e3;
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
* connection failed and give up at the first refusal, so this is made with fetch.
*/
var Follower = class {
	listener;
	lastId = "";
	abort;
	wake;
	stopped = !0;
	constructor(listener) {
		this.listener = listener;
	}
	start() {
		this.stopped && (this.stopped = !1, this.run());
	}
	stop() {
		this.stopped = !0, this.abort?.abort(), this.wake?.(), stream.value = { kind: "idle" };
	}
	/** Tries again now instead of later. */
	retry() {
		this.wake?.();
	}
	async run() {
		let attempts = 0, since = 0;
		for (; !this.stopped;) {
			attempts === 0 && (stream.value = { kind: "connecting" });
			try {
				await this.follow(() => {
					attempts = 0, since = 0;
				});
			} catch (thrown) {
				if (problemOf(thrown).status === 401) {
					this.stop();
					return;
				}
			}
			if (this.stopped) return;
			since ||= Date.now(), attempts++;
			let pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempts - 1)) * (.75 + Math.random() / 2);
			stream.value = {
				kind: "lost",
				since,
				retryAt: Date.now() + pause,
				attempts
			}, await this.sleep(pause);
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
			opened(), stream.value = { kind: "live" }, this.listener.opened();
			let parse = parser();
			for (;;) {
				let { done, value } = await reader.read();
				if (done) return;
				clearTimeout(silence), silence = setTimeout(() => abort.abort(), SILENCE), parse(value).forEach((m) => this.take(m));
			}
		} finally {
			clearTimeout(silence), abort.abort();
		}
	}
	take(m) {
		m.id !== "" && (this.lastId = m.id), m.event === "live" ? this.listener.live(JSON.parse(m.data)) : m.event === "activity" ? this.listener.activity(JSON.parse(m.data)) : m.event === "reset" && (this.lastId = "", this.listener.reset());
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
		retry: "Jetzt versuchen"
	},
	common: {
		cancel: "Abbrechen",
		save: "Speichern",
		saving: "Wird gespeichert",
		close: "Schließen",
		retry: "Erneut versuchen",
		more: "Weiteres",
		copy: "Kopieren",
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
		open: "Öffnen",
		coverage: "Geschichte",
		coverageLoading: "Die Geschichte wird gelesen",
		coverageNone: "Noch nichts bekannt",
		whole: "vollständig",
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
		waiting: (n) => `${n} warten`,
		from: {
			schedule: "nach Zeitplan",
			alternative: "Ausweichgrenzwerte"
		}
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
		member: "Auf dem neuesten Stand",
		again: (when) => `erneut ${when}`
	},
	condition: {
		archived: "archiviert",
		imported: "eingelesen",
		stored: "gespeichert",
		amended: "ergänzt",
		downloading: "wird bezogen",
		missing: "fehlt",
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
		unchanged: "Keine Änderung",
		understood: (value) => `Verstanden als ${value}`,
		none: "Kein eigener Grenzwert",
		saved: "Die Grenzwerte gelten",
		savedLater: "Gespeichert; sie gelten ab dem nächsten Start",
		more: "Zeitpläne und Grenzwerte des Knotens"
	},
	trouble: {
		title: "Das ließ sich nicht lesen",
		unreachable: "Der Knoten antwortet nicht.",
		unreachableHint: "Läuft er? `seeder status` zeigt es. Diese Seite versucht es weiter.",
		loading: "Der Knoten wird gefragt",
		news: "Mitteilungen"
	},
	limits: {
		intro: "Änderungen gelten sofort, während Übertragungen weiterlaufen.",
		scope: "Grenzen von",
		scopeNode: "Allen Gemeinschaften zusammen",
		unknownScope: "Diese Gemeinschaft gibt es auf diesem Knoten nicht.",
		inForce: "Jetzt gilt",
		now: "jetzt",
		noLimit: "keine Grenze",
		limitOf: (limit) => `Grenze ${limit}`,
		fromDefault: "wie vorgegeben",
		fromSet: "hier eingestellt",
		fromSchedule: "nach dem Zeitplan",
		fromAlternative: "nach den Ausweichgrenzen",
		fromDamaged: "der gespeicherte Wert ist beschädigt",
		fromNode: "die Grenzen aller Gemeinschaften gelten zusätzlich",
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
		room: "Platz auf dem Datenträger",
		behaviour: "Verhalten",
		placeholderRate: "etwa 500 KiB/s oder unlimited",
		placeholderSize: "etwa 20 GiB oder unlimited",
		placeholderFree: "etwa 5 GiB oder 10%",
		placeholderZone: "etwa Europe/Berlin, UTC oder local",
		placeholderPins: "etwa 2024-01-01..2024-02-01 oder none",
		takeBack: "Zurücknehmen",
		takeBackTo: (value) => `Zurücknehmen auf ${value}`,
		willBe: (value) => `Wird zu ${value}`,
		checking: "Wird geprüft",
		unsaved: (n) => n === 1 ? "1 Änderung ist noch nicht gespeichert" : `${n} Änderungen sind noch nicht gespeichert`,
		saveAll: "Änderungen speichern",
		discard: "Verwerfen",
		saved: "Das gilt jetzt.",
		savedLater: "Es ist gespeichert. Der Knoten hat nicht geantwortet und sieht binnen einer Sekunde selbst nach.",
		damaged: (key, value) => `Der gespeicherte Wert von ${key} ist unverständlich: ${value}`,
		damagedInForce: (value) => `Es bleibt bei ${value}.`,
		damagedStops: "Bis das behoben ist, wird nichts übertragen.",
		on: "an",
		off: "aus",
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
		hours: "Stunde",
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
		baseHint: "löscht",
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
		clear: "Woche leeren",
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
		configHint: "Ändern Sie die Datei und laden Sie sie neu. Was gekennzeichnet ist, braucht einen Neustart.",
		reload: "Neu laden",
		reloading: "Die Konfiguration wird gelesen",
		reloadNothing: "Nichts hat sich geändert.",
		reloadApplied: (n) => n === 1 ? "1 Einstellung hat sich geändert:" : `${n} Einstellungen haben sich geändert:`,
		reloadRestart: (n) => n === 1 ? "1 Einstellung gilt nach einem Neustart:" : `${n} Einstellungen gelten nach einem Neustart:`,
		change: (key, before, after) => `${key}: ${before} → ${after}`,
		search: "Einstellung finden",
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
			api: "Schnittstelle und diese Seite"
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
		licencesHint: "Teile anderer in dieser Seite und im Programm, mit ihren Lizenzen."
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
		copied: "Der Schlüssel ist in der Zwischenablage. Leeren Sie sie danach.",
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
		tooMany: "Zu viele Versuche. Warten Sie eine Minute und versuchen Sie es dann erneut.",
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
		retry: "Try now"
	},
	common: {
		cancel: "Cancel",
		save: "Save",
		saving: "Saving",
		close: "Close",
		retry: "Try again",
		more: "More",
		copy: "Copy",
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
		open: "Open",
		coverage: "History",
		coverageLoading: "Reading the history",
		coverageNone: "None known yet",
		whole: "whole",
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
		waiting: (n) => `${n} waiting`,
		from: {
			schedule: "by schedule",
			alternative: "alternative limits"
		}
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
		unchanged: "No change",
		understood: (value) => `Understood as ${value}`,
		none: "No limit of its own",
		saved: "Limits are in force",
		savedLater: "Saved; they hold from the next start on",
		more: "Schedules and the limits of the node"
	},
	trouble: {
		title: "This could not be read",
		unreachable: "The node does not answer.",
		unreachableHint: "Is it running? `seeder status` tells. This page goes on trying.",
		loading: "Asking the node",
		news: "Messages"
	},
	limits: {
		intro: "Changes hold at once, while transfers go on.",
		scope: "Limits of",
		scopeNode: "All communities together",
		unknownScope: "This node has no such community.",
		inForce: "In force now",
		now: "now",
		noLimit: "no limit",
		limitOf: (limit) => `limit ${limit}`,
		fromDefault: "as it comes",
		fromSet: "set here",
		fromSchedule: "by the schedule",
		fromAlternative: "by the alternative limits",
		fromDamaged: "the stored value is damaged",
		fromNode: "the limits of all communities hold, too",
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
		room: "Room on the disk",
		behaviour: "Behaviour",
		placeholderRate: "for example 500 KiB/s, or unlimited",
		placeholderSize: "for example 20 GiB, or unlimited",
		placeholderFree: "for example 5 GiB or 10%",
		placeholderZone: "for example Europe/Berlin, UTC or local",
		placeholderPins: "for example 2024-01-01..2024-02-01, or none",
		takeBack: "Take back",
		takeBackTo: (value) => `Take back to ${value}`,
		willBe: (value) => `Will be ${value}`,
		checking: "Checking",
		unsaved: (n) => n === 1 ? "1 change is not saved" : `${n} changes are not saved`,
		saveAll: "Save changes",
		discard: "Discard",
		saved: "It holds now.",
		savedLater: "It is stored. The node did not answer, and looks by itself within a second.",
		damaged: (key, value) => `The stored value of ${key} is not understood: ${value}`,
		damagedInForce: (value) => `${value} goes on.`,
		damagedStops: "Nothing is transferred until it is mended.",
		on: "on",
		off: "off",
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
		hours: "Hour",
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
		baseHint: "erases",
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
		clear: "Clear the week",
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
		configHint: "Change the file, then reload. What is marked needs a restart.",
		reload: "Reload",
		reloading: "Reading the configuration",
		reloadNothing: "Nothing has changed.",
		reloadApplied: (n) => n === 1 ? "1 setting changed:" : `${n} settings changed:`,
		reloadRestart: (n) => n === 1 ? "1 setting holds after a restart:" : `${n} settings hold after a restart:`,
		change: (key, before, after) => `${key}: ${before} → ${after}`,
		search: "Find a setting",
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
			api: "API and dashboard"
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
		licencesHint: "Parts of others in this page and in the program, with their licences."
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
		copied: "The key is in the clipboard. Clear that afterwards.",
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
		tooMany: "Too many tries. Wait a minute, then try again.",
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
function number(n, digits = 0) {
	return new Intl.NumberFormat(localeNow(), { maximumFractionDigits: digits }).format(n);
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
/** A limit on a rate, 0 for none. */
function limit(perSecond) {
	return perSecond > 0 ? rate(perSecond) : t().common.unlimited;
}
function percent(share, digits = 0) {
	return new Intl.NumberFormat(localeNow(), {
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
var formats = /* @__PURE__ */ new Map();
function dateFormat(options) {
	let key = localeNow() + JSON.stringify(options), made = formats.get(key);
	return made || (made = new Intl.DateTimeFormat(localeNow(), options), formats.set(key, made)), made;
}
/** Days from to, the last one included as people say it; seconds since 1970. */
function days(from, to) {
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
// src/router.ts
var plain = [
	"limits",
	"activity",
	"settings",
	"about",
	"welcome",
	"login"
];
function parse(hash) {
	let [first = "", second = ""] = hash.replace(/^#\/?/, "").split("/");
	if (first === "community" && second !== "") return {
		view: "community",
		id: decodeURIComponent(second)
	};
	if (first === "limits" && second !== "") return {
		view: "limits",
		of: decodeURIComponent(second)
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
var route = y$1(parse(location.hash));
window.addEventListener("hashchange", () => {
	let next = parse(location.hash);
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
	return given?.[1] ? (history.replaceState(null, "", location.pathname + "#/"), route.value = { view: "communities" }, decodeURIComponent(given[1])) : "";
}
/** Most events kept here; the server has more. */
var EVENTS = 500, SETTLE = 400, AGAIN = 3e4, status = y$1(null), trouble = y$1(null), live$1 = y$1(null), operations = y$1([]), events = y$1([]), now = y$1(Date.now()), revisions = y$1({}), sparks = y$1({});
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
var communities = O(() => (status.value?.communities ?? []).map((c) => withLive(c, live$1.value)).sort((a, b) => nameOf(a).localeCompare(nameOf(b)) || a.id.localeCompare(b.id)));
/** What people call a community: its name, or the beginning of its id. */
function nameOf(c) {
	return c.name || c.id.slice(0, 10) + "…";
}
function communityName(id) {
	let c = status.value?.communities.find((x) => x.id === id);
	return c ? nameOf(c) : (id ?? "").slice(0, 10);
}
var settling, lastRead = 0;
/** Reads everything anew, soon; many calls are one. */
function refresh() {
	settling ??= setTimeout(() => {
		settling = void 0, readAll();
	}, SETTLE);
}
/** Reads everything anew, now. */
async function readAll() {
	lastRead = Date.now();
	try {
		let [newStatus, open] = await Promise.all([api.status(), api.operations(!0)]);
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
		live$1.value = frame, now.value = Date.now();
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
var follower = new Follower({
	activity(event) {
		r(() => {
			events.value = [event, ...events.value.filter((e) => e.id !== event.id)].slice(0, EVENTS), changed(event.community);
		}), refresh();
	},
	live: takeLive,
	reset() {
		events.value = [], readEvents(), refresh();
	},
	opened() {
		for (let c of status.value?.communities ?? []) changed(c.id);
		refresh();
	}
});
/** Reads the newest events that were before the page. */
async function readEvents() {
	try {
		let list = await api.activity(200), have = new Set(list.map((e) => e.id));
		events.value = [...events.value.filter((e) => !have.has(e.id)), ...list].slice(0, EVENTS);
	} catch {}
}
var started = !1;
/** Begins to follow the node; called once somebody is logged in. */
function follow() {
	started || (started = !0, setInterval(() => {
		now.value = Date.now(), session.value === "in" && Date.now() - lastRead > AGAIN && readAll();
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
	state === "in" ? follow() : state === "out" && (follower.stop(), r(() => {
		status.value = null, live$1.value = null, events.value = [], operations.value = [];
	}));
});
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
function Button({ children, icon, kind = "plain", small, type = "button", disabled, label, onClick, innerRef, ...aria }) {
	let [busy, setBusy] = d$2(!1), click = (event) => {
		if (busy) {
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
		title: only ? label : void 0,
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
// src/backups.ts
/**
* Keys of communities created in this browser that nobody has said to have a copy of.
* The node cannot know that, so the browser remembers.
*/
var KEY = "seeder-backups";
function read() {
	try {
		let list = JSON.parse(localStorage.getItem(KEY) ?? "[]");
		return Array.isArray(list) ? list.map(String) : [];
	} catch {
		return [];
	}
}
var pending = y$1(read());
function keep(list) {
	pending.value = list;
	try {
		localStorage.setItem(KEY, JSON.stringify(list));
	} catch {}
}
/** Remembers that the key of a community needs a copy. */
function needsBackup(id) {
	keep([...pending.value.filter((x) => x !== id), id]);
}
/** Somebody says that there is a copy. */
function backedUp(id) {
	keep(pending.value.filter((x) => x !== id));
}
/** Own communities whose key still needs a copy. */
var unkept = O(() => communities.value.filter((c) => c.role === "owner" && pending.value.includes(c.id)));
// src/components/copy.tsx
/** A button that puts text on the clipboard. */
function Copy({ text, label, shown }) {
	let [done, setDone] = d$2(!1), s = t().common, copy = async () => {
		try {
			await navigator.clipboard.writeText(text);
		} catch {
			let area = document.createElement("textarea");
			area.value = text, document.body.append(area), area.select(), document.execCommand("copy"), area.remove();
		}
		setDone(!0), setTimeout(() => setDone(!1), 2e3);
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
/** A modal dialog. The element of the browser keeps the focus inside and gives it back afterwards. */
function Dialog({ title, open, onClose, children, actions, wide }) {
	let ref = T(null), id = P();
	return A$1(() => {
		let dialog = ref.current;
		open && dialog && !dialog.open ? dialog.showModal() : !open && dialog?.open && dialog.close();
	}, [open]), open ? /* @__PURE__ */ a("dialog", {
		ref,
		class: wide ? "dialog wide" : "dialog",
		"aria-labelledby": id,
		onClose,
		onCancel: onClose,
		onClick: (e) => e.target === ref.current && onClose(),
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
/** Stands where something could not be read. */
function Trouble({ problem, onRetry }) {
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
						children: away ? s.trouble.unreachable : s.trouble.title
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
	let id = P();
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
				value,
				"aria-describedby": `${id}-hint`,
				onChange: (e) => onChange(e.currentTarget.value),
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
					onClick: () => {
						let url = URL.createObjectURL(new Blob([backup.private + "\n"], { type: "text/plain" })), link = document.createElement("a");
						link.href = url, link.download = fileName(backup), link.click(), URL.revokeObjectURL(url);
					},
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
				onKey: setBackup
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
						backedUp(id), onDone();
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
/** Stands above every view until the keys of new communities have a copy. */
function BackupReminder() {
	let s = t().backup, list = unkept.value, [open, setOpen] = d$2(!1), first = list[0];
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
				onClick: () => setOpen(!0),
				children: s.remind
			}),
			/* @__PURE__ */ a(KeyBackupDialog, {
				id: first.id,
				open,
				onClose: () => setOpen(!1)
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
	let frame = live$1.value, s = t().common;
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
	let s = t().stream, state = stream.value, text = state.kind === "lost" ? s.lost(Math.max(0, Math.ceil((state.retryAt - now.value) / 1e3))) : s[state.kind];
	return /* @__PURE__ */ a("p", {
		class: `stream-state ${state.kind}`,
		children: [/* @__PURE__ */ a("span", {
			class: "dot",
			"aria-hidden": "true"
		}), /* @__PURE__ */ a("span", {
			role: "status",
			children: state.kind === "lost" ? s.lost(0) : text
		})]
	});
}
/** Shown above every view while the node does not answer. */
function LostBanner() {
	let state = stream.value, s = t().stream;
	if (state.kind !== "lost" || now.value - state.since < 2e3) return null;
	let seconds = Math.max(0, Math.ceil((state.retryAt - now.value) / 1e3));
	return /* @__PURE__ */ a("div", {
		class: "banner",
		role: "alert",
		children: [
			/* @__PURE__ */ a(Icon, { name: "offline" }),
			/* @__PURE__ */ a("p", {
				class: "grow",
				children: [
					s.lostLong,
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
					/* @__PURE__ */ a(LostBanner, {}),
					/* @__PURE__ */ a(BackupReminder, {}),
					children
				]
			})
		]
	});
}
// src/components/toast.tsx
var toasts = y$1([]), last = 0, STAY = 5e3;
function add(toast) {
	let id = ++last;
	toasts.value = [...toasts.value.filter((x) => x.text !== toast.text), {
		...toast,
		id
	}].slice(-4), toast.kind === "good" && setTimeout(() => dismiss(id), STAY);
}
function dismiss(id) {
	toasts.value = toasts.value.filter((x) => x.id !== id);
}
/** Says that something was done. */
function tell(text) {
	add({
		kind: "good",
		text
	});
}
/** Says what went wrong and what to do about it. */
function fail(problem) {
	let s = t().trouble;
	problem.code === "unreachable" ? add({
		kind: "bad",
		text: s.unreachable,
		hint: s.unreachableHint
	}) : add({
		kind: "bad",
		text: problem.message,
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
// src/views/about.tsx
/** What others have made, as the program and this page use it. */
var parts = [
	{
		name: "Preact, Preact Signals",
		licence: "MIT",
		by: "Jason Miller, Preact Team"
	},
	{
		name: "uPlot",
		licence: "MIT",
		by: "Leon Sorokin"
	},
	{
		name: "go-waku",
		licence: "MIT / Apache-2.0",
		by: "Status Research & Development"
	},
	{
		name: "anacrolix/torrent",
		licence: "MPL-2.0",
		by: "Matt Joiner"
	},
	{
		name: "go-libp2p",
		licence: "MIT / Apache-2.0",
		by: "Protocol Labs"
	},
	{
		name: "go-ethereum",
		licence: "LGPL-3.0",
		by: "The go-ethereum Authors"
	},
	{
		name: "huma",
		licence: "MIT",
		by: "Daniel G. Taylor"
	},
	{
		name: "pgx",
		licence: "MIT",
		by: "Jack Christensen"
	},
	{
		name: "SQLite",
		licence: "public domain",
		by: "D. Richard Hipp"
	}
];
function Addresses({ list }) {
	let s = t().about;
	return !list || list.length === 0 ? /* @__PURE__ */ a("span", {
		class: "faint",
		children: s.noAddresses
	}) : /* @__PURE__ */ a("ul", {
		class: "addresses",
		children: list.map((a$4) => /* @__PURE__ */ a("li", { children: [/* @__PURE__ */ a("code", { children: a$4 }), /* @__PURE__ */ a(Copy, {
			text: a$4,
			label: s.copyAddress
		})] }, a$4))
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
			st && /* @__PURE__ */ a(Facts, { items: [
				{
					name: s.version,
					value: st.version ?? t().common.unknown
				},
				{
					name: s.process,
					value: st.pid ?? t().common.unknown
				},
				{
					name: s.wakuAddresses,
					value: /* @__PURE__ */ a(Addresses, { list: st.waku })
				},
				{
					name: s.swarmAddresses,
					value: /* @__PURE__ */ a(Addresses, { list: st.swarm })
				}
			] })
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
				children: s.doctorAt(relative(report.at, now.value))
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
				children: /* @__PURE__ */ a("a", {
					class: "button plain",
					href: DIAGNOSTICS,
					download: "seeder-diagnostics.zip",
					children: [/* @__PURE__ */ a(Icon, { name: "down" }), /* @__PURE__ */ a("span", { children: s.diagnosticsGet })]
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
			}), /* @__PURE__ */ a("dl", {
				class: "commands",
				children: parts.map((p) => /* @__PURE__ */ a("div", { children: [/* @__PURE__ */ a("dt", { children: p.name }), /* @__PURE__ */ a("dd", { children: [
					p.licence,
					" ",
					/* @__PURE__ */ a("span", {
						class: "faint small",
						children: p.by
					})
				] })] }, p.name))
			})]
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
/** Events that are read at once. */
var PAGE = 200, NODE = "node", icons$1 = {
	community: "communities",
	archive: "disk",
	announcement: "peers",
	operation: "work",
	work: "alert",
	setting: "settings",
	fork: "shield"
};
/** Events that were before those of the store, read when somebody asks for them. */
function useOlder() {
	let [older, setOlder] = d$2([]), [busy, setBusy] = d$2(!1), [ended, setEnded] = d$2(!1), [problem, setProblem] = d$2(), known = new Set(events.value.map((e) => e.id)), all = [...events.value, ...older.filter((e) => !known.has(e.id))];
	return {
		all,
		busy,
		ended,
		problem,
		more: async () => {
			setBusy(!0), setProblem(void 0);
			try {
				let page = await api.activity(PAGE, all[all.length - 1]?.id);
				setOlder([...older, ...page]), setEnded(page.length < PAGE);
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
					name: icons$1[e.kind] ?? "about",
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
				}), " "] }), e.text]
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
				all.length === 0 && /* @__PURE__ */ a(Empty, {
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
				all.length > 0 && /* @__PURE__ */ a("div", {
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
/** Waiting is running with a reason; see package operation of the server. */
function stateOf(o) {
	return o.state === "running" && o.reason ? "waiting" : o.state;
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
	}, kind = s.kinds[o.kind] ?? o.kind, steps = o.total > 0 ? s.progress(number(o.done), number(o.total)) : s.progressUnknown(number(o.done));
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
				children: s.span(days(o.from, o.to))
			}),
			o.ended_at === 0 && o.state === "running" && /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a(Progress, {
				label: `${kind} ${communityName(o.community)}`,
				done: o.done,
				total: o.total
			}), /* @__PURE__ */ a("p", {
				class: "small quiet",
				children: steps
			})] }),
			o.reason && /* @__PURE__ */ a("p", {
				class: o.state === "failed" ? "verdict bad" : "quiet",
				children: o.reason
			}),
			/* @__PURE__ */ a(Times, { o })
		]
	});
}
function Ended({ onHide }) {
	let s = t().activity, [list, setList] = d$2(), [problem, setProblem] = d$2(), read = () => api.operations().then((l) => setList(l.filter((o) => o.ended_at > 0).sort((a, b) => b.ended_at - a.ended_at).slice(0, 50)), (thrown) => setProblem(problemOf(thrown))), [asked, setAsked] = d$2(!1);
	return asked || (setAsked(!0), read()), /* @__PURE__ */ a("div", {
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
				onRetry: read
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
					/* @__PURE__ */ a("p", { children: r.reason }),
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
var weekOf$1 = (seconds) => Math.floor(seconds / WEEK);
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
	if (byIndex.size === 0) return [];
	let indexes = [...byIndex.keys()], first = Math.min(...indexes), last = Math.max(...indexes);
	return Array.from({ length: last - first + 1 }, (_, n) => {
		let week = byIndex.get(first + n) ?? emptyWeek$1(first + n), found = new Set(week.archives.map(conditionOf));
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
var standing = (word, tone, more = {}) => ({
	word,
	tone,
	reason: "",
	count: 0,
	next: 0,
	...more
});
function ofWork(work, role) {
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
	}) : standing(role, "good", { next: work.find((w) => w.part === "archive")?.next_try ?? 0 });
}
function standingOf(c) {
	let l = c.limits, stop = l?.damaged?.find((d) => d.stops);
	return stop ? standing("damaged", "bad", { reason: stop.hint }) : settingOf(l?.settings, "paused") === "on" ? standing("paused", "plain") : l?.mode.reason && !l.mode.serve && !l.mode.fetch ? standing("stopped", "plain", { reason: l.mode.reason }) : c.quarantined.length > 0 ? standing("refused", "warn", {
		count: c.quarantined.length,
		reason: c.quarantined[0]?.reason ?? "",
		next: Math.min(...c.quarantined.map((q) => q.next_try || Infinity))
	}) : ofWork(c.work, c.role);
}
// src/components/coverage.tsx
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
// src/components/spark.tsx
var HEIGHT = 28, FLOOR = 16384;
/** Rates of the last two minutes with the limit as a dashed line. The numbers stand beside it, so it is not read out. */
function Spark({ values, limit, kind }) {
	let most = Math.max(FLOOR, ...values, limit), x = (i) => (120 - values.length + i) / 119 * 100, y = (v) => 27 - Math.min(v, most) / most * 25, points = values.map((v, i) => `${x(i).toFixed(2)},${y(v).toFixed(2)}`), first = x(0).toFixed(2);
	return /* @__PURE__ */ a("svg", {
		class: `spark ${kind}`,
		viewBox: `0 0 100 ${HEIGHT}`,
		preserveAspectRatio: "none",
		"aria-hidden": "true",
		children: [
			/* @__PURE__ */ a("path", {
				class: "spark-base",
				d: "M0 27.5H100"
			}),
			points.length > 1 && /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a("path", {
				class: "spark-area",
				d: `M${first} ${HEIGHT}L${points.join("L")}L100 ${HEIGHT}Z`
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
/** A direction of transfers: rate, limit and the last two minutes. "" is the node. */
function FlowLine({ flow, kind, of: id }) {
	let s = t(), limited = flow.limit > 0, why = s.communities.from[flow.from];
	return /* @__PURE__ */ a("div", {
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
					children: limited ? s.communities.limited(limit(flow.limit)) : s.common.unlimited
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
			limit: flow.limit,
			kind
		})]
	});
}
// src/components/switch.tsx
function Switch({ label, about, checked, disabled, onChange }) {
	let id = P(), [wanted, setWanted] = d$2(null), shown = wanted ?? checked, change = async () => {
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
			message: s.understood(checked.value ?? value)
		} : {
			ok: !1,
			message: checked.message
		};
	};
}
/** The limits of a community, one click from its card. What is typed is checked at once and saved all or nothing. */
function LimitsDialog({ of: c, onClose }) {
	let s = t(), before = written(c.limits?.settings), [draft, setDraft] = d$2(before), [problem, setProblem] = d$2(), changed = keys.filter((k) => draft[k].trim() !== before[k]), wide = c.limits?.settings, isOn = (key) => wide?.find((x) => x.key === key)?.value === "on", save = async () => {
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
				href: "#/limits",
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
	member: "check"
};
function wordsOf(s) {
	let words = t().standing;
	switch (s.word) {
		case "refused": return words.refused(s.count);
		case "failing": return words.failing(s.count);
		case "owner": return s.next > now.value ? words.ownerNext(relative(s.next, now.value)) : words.owner;
		default: return words[s.word];
	}
}
/** The state of a community in words. */
function StandingLine({ of: community }) {
	let s = standingOf(community), again = s.word !== "owner" && s.next > now.value && Number.isFinite(s.next) ? t().standing.again(relative(s.next, now.value)) : "", rest = [s.reason, again].filter((x) => x !== "").join("; ");
	return /* @__PURE__ */ a("p", {
		class: `standing ${s.tone}`,
		children: [/* @__PURE__ */ a(Icon, { name: icons[s.word] }), /* @__PURE__ */ a("span", { children: [/* @__PURE__ */ a("b", { children: wordsOf(s) }), rest !== "" && /* @__PURE__ */ a("span", {
			class: "quiet",
			children: `: ${rest}`
		})] })]
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
				}), s.next(days(next.from, next.to), bytes(next.bytes))]
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
// src/hooks.ts
/** Milliseconds that changes may gather before something is read again. */
var GATHER = 600;
/**
* Reads something when it is shown, when key changes, and when something changed of the
* community (or of the node for ""); a key of undefined reads nothing.
*/
function useQuery(key, read, community) {
	let [state, setState] = d$2({
		key,
		loading: !0
	}), [turn, setTurn] = d$2(0), reader = T(read);
	reader.current = read;
	let revision = community === void 0 ? 0 : revisions.value[community] ?? 0, lastKey = T(void 0);
	A$1(() => {
		if (key === void 0) return;
		let abort = new AbortController(), fresh = lastKey.current !== key;
		lastKey.current = key;
		let timer = setTimeout(() => {
			setState((s) => s.key === key ? {
				...s,
				loading: !0
			} : {
				key,
				loading: !0
			}), reader.current(abort.signal).then((data) => !abort.signal.aborted && setState({
				key,
				data,
				loading: !1
			}), (thrown) => {
				abort.signal.aborted || setState((s) => ({
					...s.key === key ? s : { key },
					problem: problemOf(thrown),
					loading: !1
				}));
			});
		}, fresh ? 0 : GATHER);
		return () => {
			clearTimeout(timer), abort.abort();
		};
	}, [
		key,
		turn,
		revision
	]);
	let again = b$2(() => setTurn((n) => n + 1), []), mine = state.key === key;
	return {
		data: mine ? state.data : void 0,
		problem: mine ? state.problem : void 0,
		loading: !mine || state.loading,
		again
	};
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
// src/views/card.tsx
function Coverage({ weeks, owner }) {
	let s = t(), archives = weeks?.flatMap((w) => w.archives) ?? [], here = archives.filter(held).length, value = s.communities.coverageLoading;
	weeks && (value = archives.length === 0 ? s.communities.coverageNone : s.communities.held(percent(here / archives.length, 1)));
	let first = weeks?.[0], last = weeks?.at(-1);
	return /* @__PURE__ */ a("div", {
		class: "measure",
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
				children: [first && last ? /* @__PURE__ */ a("span", { children: days(first.from, last.to) }) : /* @__PURE__ */ a("span", {
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
						/* @__PURE__ */ a("span", { children: s.communities.peers(limits.peers) }),
						typeof limits.copies == "number" && /* @__PURE__ */ a("span", {
							class: "faint",
							children: s.communities.copies(limits.copies)
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
// src/views/community.tsx
function Community({ id }) {
	return /* @__PURE__ */ a(Page, { title: communityName(id) });
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
/**
* The rate that settings give at a time, as people write it; undefined when that is not
* known here. A direction that a schedule leaves alone has its usual rate.
*/
function rateAt(settings, zone, at, way) {
	let valueOf = (key) => settings.find((x) => x.key === key)?.value, windows = parseWindows(valueOf("schedule") ?? "none");
	if (at === 0 || !windows) return;
	let week = weekOf(windows), minute = minuteOfWeek(at, zone);
	return (Number.isNaN(minute) ? void 0 : week.brushes[week.minutes[minute] ?? -1])?.[way] ?? valueOf(way);
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
function Next({ flow, then }) {
	let s = t().limits;
	if (flow.until === 0) return /* @__PURE__ */ a("p", {
		class: "small faint",
		children: s.forEver
	});
	let when = flow.until - now.value < 5184e5 ? weekdayTime(flow.until) : dateTime(flow.until);
	return /* @__PURE__ */ a("p", {
		class: "small quiet",
		children: then === void 0 ? s.untilOnly(when) : s.until(when, then)
	});
}
function FlowNow({ way, flow, then }) {
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
			/* @__PURE__ */ a("p", {
				class: "small quiet",
				children: fromText(flow.from)
			}),
			/* @__PURE__ */ a(Next, {
				flow,
				then
			}),
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
	let s = t().limits, { limits, settings } = scope, frame = scope.id === void 0 ? live$1.value?.node : void 0, flow = (way) => frame ? {
		...limits[way],
		rate: frame[way]
	} : limits[way], then = (way) => rateAt(settings, zone, limits[way].until, way);
	return /* @__PURE__ */ a(Section, {
		title: s.inForce,
		children: [/* @__PURE__ */ a("div", {
			class: "in-force",
			children: [
				/* @__PURE__ */ a(FlowNow, {
					way: "up",
					flow: flow("up"),
					then: then("up")
				}),
				/* @__PURE__ */ a(FlowNow, {
					way: "down",
					flow: flow("down"),
					then: then("down")
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
			"aria-label": s.paintDay(s.days[day] ?? ""),
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
		class: "week",
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
	return brush.up !== void 0 && brush.down !== void 0 ? s.rates(brush.up, brush.down) : brush.up === void 0 ? s.onlyDown(brush.down ?? "") : s.onlyUp(brush.up);
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
	}), [errors, setErrors] = d$2({}), look = (key) => async (value, signal) => {
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
		setErrors(Object.fromEntries(wrong.map((c) => [c.key, c.message ?? ""]))), wrong.length === 0 && (onAdd(Object.fromEntries(answers.map((c) => [c.key, c.value ?? ""]))), setTyped({
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
/** The stored text, when it differs from what is drawn; else the drawing follows it. */
function useDrawing(text) {
	let stored = parseWindows(text), [draft, setDraft] = d$2(), week = draft?.of === text ? draft.week : weekOf(stored ?? []), drawn = formatWindows(windowsOf(week)), changed = draft?.of === text && drawn !== formatWindows(windowsOf(weekOf(stored ?? [])));
	return {
		understood: stored !== void 0,
		week,
		drawn,
		changed,
		draw: (next) => setDraft({
			of: text,
			week: next
		}),
		discard: () => setDraft(void 0)
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
function ScheduleEditor({ text, zone, usual, overruled, check, save }) {
	let s = t().schedule, { understood, week, drawn, changed, draw, discard } = useDrawing(text), [brush, setBrush] = d$2(week.brushes.length > 0 ? 0 : -1), hint = P();
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
							onSave: () => save(drawn),
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
	if (setting.from !== "set") return /* @__PURE__ */ a("span", {
		class: "origin",
		children: fromText(setting.from)
	});
	let back = s.takeBackTo(setting.otherwise);
	return /* @__PURE__ */ a("span", {
		class: "origin",
		children: [
			s.fromSet,
			" ",
			/* @__PURE__ */ a(Button, {
				small: !0,
				kind: "quiet",
				onClick: () => save({ [setting.key]: null }),
				label: void 0,
				children: back
			})
		]
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
		onInput: (typed) => onDraft(typed === value ? void 0 : typed),
		hint: /* @__PURE__ */ a($, { children: [
			help,
			" ",
			/* @__PURE__ */ a(Origin, {
				setting,
				save
			})
		] })
	}, value);
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
		onChange: (value) => void save({ pace: value }),
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
/**
* Settings of a scope. Switches hold at once; what is typed is checked by the node at
* each pause, and holds when all of it is saved together.
*/
function SettingsForm({ scope, settings, save }) {
	let s = t().limits, [drafts, setDrafts] = d$2({}), [problem, setProblem] = d$2(), help = scope.id === void 0 ? s.nodeHelp : s.communityHelp, count = Object.keys(drafts).length, change = (key, value) => {
		let others = Object.entries(drafts).filter(([k]) => k !== key);
		setDrafts(Object.fromEntries(value === void 0 ? others : [...others, [key, value]])), setProblem(void 0);
	}, check = (key) => async (value, signal) => {
		let verdict = (await api.check({ [key]: value }, scope.id, signal)).find((c) => c.key === key);
		if (!verdict) return;
		let accepted = verdict.value === value ? void 0 : s.willBe(verdict.value ?? "");
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
			keys: [
				"up",
				"down",
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
			class: "limit-groups",
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
		case 429: return { text: s.tooMany };
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
		children: [/* @__PURE__ */ a("img", {
			class: "login-mark",
			src: "./icon.svg",
			width: "40",
			height: "40",
			alt: ""
		}), /* @__PURE__ */ a(Page, {
			title: s.title,
			lead: s.intro,
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
		})]
	});
}
// src/components/config-list.tsx
/** Settings that a reload takes; the others need a restart. Sections end with a dot. */
var live = [
	"limits.",
	"import.pace",
	"log.level",
	"swarm.peers",
	"waku.peers",
	"waku.store_peers",
	"swarm.trackers"
];
function takesReload(key) {
	return live.some((l) => l.endsWith(".") ? key.startsWith(l) : key === l);
}
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
				takesReload(value.key) ? /* @__PURE__ */ a(Badge, {
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
					children: value.source
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
	let s = t().settings, [wanted, setWanted] = d$2(""), [onlySet, setOnlySet] = d$2(!1), words = wanted.toLowerCase().trim(), found = values.filter((v) => (!onlySet || v.source !== "default") && (v.key.includes(words) || (v.doc ?? "").toLowerCase().includes(words) || shown(v.value).toLowerCase().includes(words))), sections = [...new Set(found.map((v) => sectionOf(v.key)))];
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
		sections.map((section) => /* @__PURE__ */ a("div", {
			class: "config-section",
			children: [/* @__PURE__ */ a("h3", { children: s.sections[section] ?? section }), /* @__PURE__ */ a("dl", { children: found.filter((v) => sectionOf(v.key) === section).map((v) => /* @__PURE__ */ a(Row, { value: v }, v.key)) })]
		}, section))
	] });
}
// src/use-asked.ts
/** Asks once when the component appears, and again when it is told to. */
function useAsked(ask) {
	let [value, setValue] = d$2(), [problem, setProblem] = d$2(), [times, setTimes] = d$2(0);
	return A$1(() => {
		let abort = new AbortController();
		return ask(abort.signal).then((v) => {
			setValue(v), setProblem(void 0);
		}, (thrown) => !abort.signal.aborted && setProblem(problemOf(thrown))), () => abort.abort();
	}, [times]), {
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
	let s = t().settings, level = useAsked((signal) => api.logLevel(signal)), change = async (wanted) => {
		try {
			let now = await api.setLogLevel(wanted);
			level.put(now), tell(s.logLevelTold(s.logLevels[now.level] ?? now.level));
		} catch (thrown) {
			fail(problemOf(thrown));
		}
	};
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
					onChange: (v) => void change(v),
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
function Step({ n, title, children }) {
	let heading = T(null);
	return A$1(() => {
		n > 1 && heading.current?.focus();
	}, [n, title]), /* @__PURE__ */ a("section", {
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
function Refusal({ problem }) {
	return problem ? /* @__PURE__ */ a(Trouble, { problem }) : null;
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
	let s = t().welcome, [id, setId] = d$2(""), [name, setName] = d$2(""), [tried, setTried] = d$2(!1), typed = id.trim(), known = communities.value.find((c) => c.id === typed.toLowerCase()), wrong = known ? s.idKnown(nameOf(known)) : tried && !idForm.test(typed) ? s.idBad : void 0, { problem, busy, submit } = useSending(async () => {
		if (setTried(!0), known || !idForm.test(typed)) return;
		let info = await api.join(typed, name.trim());
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
					error: wrong,
					placeholder: "0x…",
					mono: !0,
					autoFocus: !0
				}),
				/* @__PURE__ */ a(Field, {
					label: s.nameLabel,
					value: name,
					onInput: setName,
					hint: s.nameHintJoin
				}),
				/* @__PURE__ */ a(Refusal, { problem }),
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
		needsBackup(info.id), await readAll(), onCreated(info);
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
					error: missing,
					autoFocus: !0
				}),
				/* @__PURE__ */ a(Refusal, { problem }),
				/* @__PURE__ */ a(Actions, {
					label: busy ? s.creating : s.createDo,
					onBack
				})
			]
		})
	});
}
function JoinProgress({ operation, community }) {
	let s = t().welcome, states = community?.archives ?? {}, total = Object.values(states).reduce((sum, n) => sum + n, 0), here = (states.imported ?? 0) + (states.stored ?? 0), done = operation ? operation.state === "done" : total > 0 && here === total;
	if (operation?.state === "failed") return /* @__PURE__ */ a(Notice, {
		kind: "bad",
		icon: "alert",
		children: s.joinedFailed(operation.reason ?? "")
	});
	let text = done ? s.joinedDone : total === 0 ? s.joinedWaiting : s.joinedProgress(String(here), String(total));
	return /* @__PURE__ */ a("div", {
		class: "stack",
		"data-join": done ? "done" : "under way",
		children: [
			/* @__PURE__ */ a(Progress, {
				label: s.joinedProgress(String(here), String(total)),
				done: here,
				total: done ? Math.max(1, here) : total
			}),
			/* @__PURE__ */ a("p", {
				role: "status",
				children: text
			}),
			!done && operation?.reason && /* @__PURE__ */ a("p", {
				class: "small quiet",
				children: operation.reason
			}),
			!done && /* @__PURE__ */ a("p", {
				class: "small quiet",
				children: s.joinedOnItsOwn
			})
		]
	});
}
function Joined({ info, onAnother }) {
	let s = t().welcome, community = communities.value.find((c) => c.id === info.id), name = nameOf(community || info);
	return /* @__PURE__ */ a(Step, {
		n: 2,
		title: s.joinedTitle(name),
		children: [/* @__PURE__ */ a(JoinProgress, {
			operation: operations.value.find((o) => o.id === info.operation),
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
	let s = t().welcome, [kind, setKind] = d$2(), [joined, setJoined] = d$2(), [created, setCreated] = d$2(), [first] = d$2(() => status.value?.communities.length === 0), back = () => setKind(void 0);
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
/** Moves the focus to the heading of a view that was chosen, so that it is read out. */
function useFocusOnChange(where) {
	let first = T(!0);
	A$1(() => {
		first.current ? first.current = !1 : (window.scrollTo(0, 0), document.querySelector("main h1")?.focus());
	}, [where]);
}
/** Who has no community yet is led to where one is added. */
function useWelcome() {
	let none = status.value?.communities.length === 0 && route.value.view === "communities";
	A$1(() => {
		none && location.replace(hrefOf({ view: "welcome" }));
	}, [none]);
}
function App() {
	return useFocusOnChange(hrefOf(route.value)), useWelcome(), session.value === "out" ? /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a(Login, {}), /* @__PURE__ */ a(Toasts, {})] }) : session.value === "unknown" ? /* @__PURE__ */ a("main", {
		class: "alone",
		children: [/* @__PURE__ */ a("h1", {
			class: "hidden",
			children: t().product
		}), trouble.value ? /* @__PURE__ */ a(Trouble, { problem: trouble.value }) : /* @__PURE__ */ a(Loading, { what: t().trouble.loading })]
	}) : /* @__PURE__ */ a(Shell, { children: [/* @__PURE__ */ a(View, {}), /* @__PURE__ */ a(Toasts, {})] });
}
// src/main.tsx
async function begin() {
	let token = takeToken();
	token !== "" && await logIn(token).catch((thrown) => linkRefused.value = problemOf(thrown)), await start();
}
var root = document.getElementById("app");
root && (Q(/* @__PURE__ */ a(App, {}), root), begin());
