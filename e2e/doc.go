// Package e2e proves what must hold for whole nodes: owners and members run as
// processes of their own, on loopback or in network namespaces, come and go,
// are killed, starved of disk space and have their files and databases taken
// away. It holds tests only.
//
// The short forms run with all other tests. `make soak` runs the long ones:
// every failpoint at every pass, and kills at random moments for as long as is
// asked for.
package e2e
