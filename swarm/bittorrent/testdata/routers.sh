#!/bin/bash
# Two homes behind a router each that let nothing in, and a host of the Internet,
# in network namespaces of their own: routers.sh COMMAND... runs the command with
# SEEDER_TEST_ROLE owner, relay and member at home, there, and at the other home,
# and ends as the member does.
set -eu
if [ -z "${INSIDE:-}" ]; then
	INSIDE=1 exec unshare --net --mount --pid --mount-proc --fork --kill-child bash "$0" "$@"
fi
started=()
finish() { for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done; }
trap finish EXIT
own=$(readlink /proc/self/ns/net)
# namespace NAME makes a network namespace and puts its process into a variable.
namespace() {
	unshare --net sleep 300 &
	started+=($!)
	until [ "$(readlink /proc/$!/ns/net)" != "$own" ]; do sleep 0.05; done
	declare -g "$1=$!"
}
at() { nsenter -t "$1" -n "${@:2}"; }

# This namespace is the Internet.
ip link set lo up
ip link add net0 type bridge
ip addr add 81.2.69.1/24 dev net0
ip link set net0 up
# home NUMBER: the home 192.168.NUMBER.2 behind 81.2.69.NUMBER
home() {
	namespace "router$1"
	namespace "home$1"
	local router="router$1" home="home$1"
	router=${!router} home=${!home}
	ip link add "wan$1" type veth peer name wan0 netns "$router"
	ip link set "wan$1" master net0 up
	at "$router" ip link add lan0 type veth peer name eth0 netns "$home"
	at "$router" ip addr add "81.2.69.$1/24" dev wan0
	at "$router" ip addr add "192.168.$1.1/24" dev lan0
	for link in lo wan0 lan0; do at "$router" ip link set $link up; done
	at "$home" ip addr add "192.168.$1.2/24" dev eth0
	for link in lo eth0; do at "$home" ip link set $link up; done
	at "$home" ip route add default via "192.168.$1.1"
	at "$router" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
	at "$router" iptables-legacy -t nat -A POSTROUTING -o wan0 -j MASQUERADE
	for chain in INPUT FORWARD; do
		at "$router" iptables-legacy -A $chain -i wan0 -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
		at "$router" iptables-legacy -A $chain -i wan0 -j DROP
	done
}
home 10
home 20
SEEDER_TEST_ROLE=relay "$@" & started+=($!)
SEEDER_TEST_ROLE=owner at "$home10" "$@" & started+=($!)
SEEDER_TEST_ROLE=member at "$home20" "$@"
