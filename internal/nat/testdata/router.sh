#!/bin/bash
# A home network with miniupnpd as its router, and a host of the Internet, in
# network namespaces of their own: router.sh MINIUPNPD PROTOCOL HOME-COMMAND...
# The command runs at home. It prints the address at which it is reached, waits
# for a connection there, and ends; the script fails unless the connection got
# through and nothing is forwarded afterwards.
set -eu
if [ -z "${INSIDE:-}" ]; then
	INSIDE=1 exec unshare --net --mount --fork --kill-child bash "$0" "$@"
fi
daemon=$1 protocol=$2
shift 2
work=$(mktemp -d)
started=()
finish() {
	for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
	rm -rf "$work"
}
trap finish EXIT

unshare --net sleep 60 & home=$!
unshare --net sleep 60 & world=$!
started+=("$home" "$world")
own=$(readlink /proc/self/ns/net)
for pid in "$home" "$world"; do
	until [ "$(readlink /proc/"$pid"/ns/net)" != "$own" ]; do sleep 0.05; done
done
at_home() { nsenter -t "$home" -n "$@"; }
at_world() { nsenter -t "$world" -n "$@"; }

ip link set lo up
ip link add lan0 type veth peer name home0 netns "$home"
ip link add wan0 type veth peer name world0 netns "$world"
ip addr add 192.168.77.1/24 dev lan0
ip addr add 81.2.69.160/24 dev wan0
ip link set lan0 up
ip link set wan0 up
at_home ip link set lo up
at_home ip addr add 192.168.77.2/24 dev home0
at_home ip link set home0 up
at_home ip route add default via 192.168.77.1
at_world ip addr add 81.2.69.1/24 dev world0
at_world ip link set world0 up
ip route add default via 81.2.69.1

echo 1 >/proc/sys/net/ipv4/ip_forward
iptables-legacy -t nat -A POSTROUTING -o wan0 -s 192.168.77.0/24 -j MASQUERADE
for chain in MINIUPNPD MINIUPNPD-POSTROUTING; do iptables-legacy -t nat -N $chain; done
iptables-legacy -t nat -A PREROUTING -i wan0 -j MINIUPNPD
iptables-legacy -t nat -A POSTROUTING -o wan0 -j MINIUPNPD-POSTROUTING
iptables-legacy -t mangle -N MINIUPNPD
iptables-legacy -P FORWARD DROP
iptables-legacy -A FORWARD -i lan0 -j ACCEPT
iptables-legacy -A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
iptables-legacy -N MINIUPNPD
iptables-legacy -A FORWARD -i wan0 -j MINIUPNPD

cat >"$work/conf" <<CONF
ext_ifname=wan0
listening_ip=lan0
enable_natpmp=$([ "$protocol" = NAT-PMP ] && echo yes || echo no)
enable_upnp=$([ "$protocol" = UPnP ] && echo yes || echo no)
secure_mode=yes
port=5555
lease_file=$work/leases
uuid=00000000-0000-0000-0000-000000000000
allow 1024-65535 192.168.77.0/24 1024-65535
deny 0-65535 0.0.0.0/0 0-65535
CONF
"$daemon" -f "$work/conf" -d -P "$work/pid" >"$work/log" 2>&1 & started+=($!)

at_home "$@" >"$work/out" 2>&1 & seeder=$!
started+=("$seeder")
address=
for _ in $(seq 200); do
	address=$(sed -n 's/^reached at //p' "$work/out")
	[ -n "$address" ] && break
	kill -0 "$seeder" || break
	sleep 0.1
done
if [ -z "$address" ]; then
	cat "$work/out" "$work/log"
	exit 1
fi
at_world timeout 5 bash -c "exec 3<>/dev/tcp/${address%:*}/${address##*:}; read -r line <&3; [ \"\$line\" = hello ]"
wait "$seeder"
cat "$work/out"
if iptables-legacy -t nat -S MINIUPNPD | grep DNAT; then
	echo "still forwarded"
	exit 1
fi
echo "reached from outside at $address"
