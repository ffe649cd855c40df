// Package config holds every setting of the program in one struct, [Config].
//
// A setting is named by a key such as waku.listen. Its value is taken from the
// first of these that has one: the command-line flag (--waku-listen), the
// environment (SEEDER_WAKU_LISTEN), the configuration file, the default.
//
// The file is YAML, by default seeder/config.yaml in the XDG configuration
// home:
//
//	data_dir: /srv/seeder
//	waku:
//	  listen: 0.0.0.0:26880
//	  peers:
//	    - /ip4/192.0.2.7/tcp/60000/p2p/16Uiu2HAm...
//	owner:
//	  min_age: 7d
//
// Unknown keys are refused with the nearest known one as a hint. In the
// environment, where other programs put names of their own, only unknown names
// close to a known one are refused. Every value is checked before anything
// starts, and the error names key, value, source and accepted form.
package config

import (
	"path/filepath"
	"time"

	"github.com/adrg/xdg"

	"seeder/quota"
)

// Config holds every setting. The key tag of a field is its name in the file,
// the form tag says which values are accepted (in words, [Value].Accepts), the doc tag is
// what `seeder config print` says about it. A running daemon takes a change of those
// with a reload tag, and of limits ([Value].Reload); the others hold after a restart.
type Config struct {
	DataDir  string   `key:"data_dir" form:"path" doc:"Folder of everything this node keeps: database, keys, archives."`
	Log      Log      `key:"log" doc:"What the program tells about itself, on standard error."`
	Database Database `key:"database" doc:"Where messages and the state of archives are kept."`
	Waku     Waku     `key:"waku" doc:"The Waku relay node, which carries announcements."`
	Queue    Queue    `key:"queue" doc:"Announcements kept for those who were away, and sent again."`
	Swarm    Swarm    `key:"swarm" doc:"The BitTorrent client, which carries archives."`
	Owner    Owner    `key:"owner" doc:"Archiving of the communities this node owns."`
	Member   Member   `key:"member" doc:"Following of the communities of others."`
	Limits   Limits   `key:"limits" doc:"What all communities together may take; seeder limits set changes it while the node runs."`
	Import   Import   `key:"import" doc:"Putting the messages of archives into the database."`
	Runtime  Runtime  `key:"runtime" doc:"What the program takes of the machine; set when it starts."`
	API      API      `key:"api" doc:"The HTTP API and the dashboard in the browser."`
	Doctor   Doctor   `key:"doctor" doc:"What seeder doctor may ask of others."`
	Metrics  Metrics  `key:"metrics" doc:"What the node measures, in Prometheus' text format."`
}

// Log is the section log.
type Log struct {
	Level  string `key:"level" form:"level" reload:"yes" doc:"Least severity shown."`
	Format string `key:"format" form:"logformat" doc:"Lines for people (text) or for programs (json)."`
}

// Database is the section database.
type Database struct {
	URL string `key:"url" form:"database" doc:"Empty for SQLite in data_dir/seeder.db, sqlite:PATH, or the URL of a PostgreSQL database; search_path in it names the schema, pool_max_conns bounds connections (8)."`
}

// Waku is the section waku.
type Waku struct {
	Listen     string   `key:"listen" form:"addr" doc:"Address to listen on, TCP; port 0 takes any free one."`
	Cluster    uint16   `key:"cluster" form:"cluster" doc:"Waku cluster; 16 is that of Status communities."`
	Shard      uint16   `key:"shard" form:"shard" doc:"Shard of the cluster; 32 is that of Status communities."`
	Peers      []string `key:"peers" form:"multiaddrs" reload:"yes" doc:"Relay nodes to stay connected to."`
	StorePeers []string `key:"store_peers" form:"multiaddrs" doc:"Nodes asked for announcements made while this one was away, beside waku.peers and whoever is connected."`
}

// Queue is the section queue.
type Queue struct {
	MaxRows     uint64        `key:"max_rows" form:"count" doc:"Announcements kept of one community; beyond it the oldest go."`
	MaxBytes    uint64        `key:"max_bytes" form:"size" doc:"Bytes of announcements kept of one community; the newest stays whatever its size."`
	Retention   time.Duration `key:"retention" form:"duration" min:"1d" doc:"How long announcements are kept; the newest of a community stays."`
	Rebroadcast time.Duration `key:"rebroadcast" form:"duration" doc:"Time after which the newest announcement is sent again when nobody was heard sending it; 0 for never."`
	AnswerDelay time.Duration `key:"answer_delay" form:"duration" doc:"Longest random wait before a member that asks is answered; another node may be quicker."`
	AnswerPause time.Duration `key:"answer_pause" form:"duration" doc:"Members of a community are answered once in this time at most."`
	PeerQueries uint64        `key:"peer_queries" form:"count" doc:"Store queries a second that one peer may send."`
	PeerBytes   uint64        `key:"peer_bytes" form:"size" doc:"Bytes a second that one peer is sent in answer to store queries."`
}

// Swarm is the section swarm.
type Swarm struct {
	Listen   string   `key:"listen" form:"addr" doc:"Address to listen on, TCP and UDP, and to dial from; without a host by IPv4 and IPv6, 0.0.0.0 for IPv4 and [::] for IPv6 alone; port 0 takes any free one."`
	DHT      bool     `key:"dht" form:"bool" doc:"Find peers through the distributed hash table (BEP 5)."`
	DHTNodes []string `key:"dht_nodes" form:"hostports" doc:"Nodes by which the distributed hash table is entered; empty for the well-known ones."`
	PEX      bool     `key:"pex" form:"bool" doc:"Exchange addresses of peers with peers (BEP 11)."`
	Trackers []string `key:"trackers" form:"urls" reload:"yes" doc:"Trackers to announce to, and to name in magnet links; empty for none."`
	Peers    []string `key:"peers" form:"hostports" reload:"yes" doc:"Addresses tried for every community."`
	Hashers  int      `key:"hashers" form:"workers" doc:"Goroutines that hash pieces, for all communities together; 0 for the library's choice."`
	External []string `key:"external" form:"hostports" doc:"Addresses others reach this node at; named in magnet links (x.pe, BEP 9). Empty for what the router forwards and what peers agree on."`
	Mapping  bool     `key:"port_mapping" form:"bool" doc:"Ask the router (NAT-PMP, UPnP) to forward the ports of this node to it while it runs; not those of loopback addresses."`
	UTP      bool     `key:"utp" form:"bool" doc:"Reach peers, and be reached, by uTP (BEP 29), too: for nodes behind routers that forward nothing, and those who serve them. TCP goes first; it is far faster."`
}

// Owner is the section owner.
type Owner struct {
	Interval        time.Duration `key:"interval" form:"duration" min:"1ms" doc:"Time between archiving rounds."`
	MinAge          time.Duration `key:"min_age" form:"duration" doc:"A week is archived when its end is older than this."`
	MaxArchiveBytes uint64        `key:"max_archive_bytes" form:"size" doc:"Payload and author bytes after which a week is split into a further archive."`
	Grace           time.Duration `key:"grace" form:"duration" doc:"How long the previous torrent stays seeded for members that lag."`
	Republish       time.Duration `key:"republish" form:"duration" min:"1ms" doc:"Time between repeats of the newest announcement."`
}

// Member is the section member.
type Member struct {
	Settle   time.Duration `key:"settle" form:"duration" doc:"Wait for a newer announcement before acting on one."`
	RetryMin time.Duration `key:"retry_min" form:"duration" min:"1ms" doc:"First wait before something that failed is tried again."`
	RetryMax time.Duration `key:"retry_max" form:"duration" min:"1ms" doc:"Longest such wait."`
	Import   bool          `key:"import" form:"bool" doc:"Put the messages of archives into the database; false only stores and serves them."`
	Audit    time.Duration `key:"audit" form:"duration" reload:"yes" doc:"Time between checks of rows, files and messages against each other, one at the start; 0 for none. Owners are checked, too."`
}

// Runtime is the section runtime.
type Runtime struct {
	MemoryLimit uint64 `key:"memory_limit" form:"memory" doc:"Memory that the program tries not to exceed, by collecting garbage more often; 0 for what the environment variable GOMEMLIMIT says, or none."`
	MaxProcs    int    `key:"max_procs" form:"workers" doc:"Processors in use at a time; 0 for what the environment variable GOMAXPROCS says, or all."`
}

// Doctor is the section doctor.
type Doctor struct {
	NTP []string `key:"ntp" form:"hostports" doc:"Time servers by which the clock is checked, such as pool.ntp.org:123; empty for none."`
}

// Metrics is the section metrics.
type Metrics struct {
	Listen      string `key:"listen" form:"optaddr" doc:"Address at which anybody may read /metrics over HTTP, such as 127.0.0.1:26882; empty for none. Programs of this user read them at the control socket, too."`
	Communities uint64 `key:"communities" form:"count" doc:"Communities with series of their own; the rest is summed up under the name other."`
}

// Default returns the settings of a node that nobody has configured. The ports
// lie below the range that systems hand out to outgoing connections.
func Default() Config {
	return Config{
		DataDir: filepath.Join(xdg.DataHome, "seeder"),
		Log:     Log{Level: "info", Format: "text"},
		Waku:    Waku{Listen: "0.0.0.0:26880", Cluster: 16, Shard: 32},
		Queue: Queue{
			MaxRows:     256,
			MaxBytes:    4_000_000,
			Retention:   30 * day,
			Rebroadcast: 12 * time.Hour,
			AnswerDelay: 3 * time.Second,
			AnswerPause: 30 * time.Second,
			PeerQueries: 10,
			PeerBytes:   1_000_000,
		},
		Swarm: Swarm{
			Listen:  ":26881",
			DHT:     true,
			PEX:     true,
			Mapping: true,
			Trackers: []string{
				"udp://tracker.opentrackr.org:1337/announce",
				"udp://tracker.openbittorrent.com:6969/announce",
			},
		},
		Owner: Owner{
			Interval:        time.Hour,
			MinAge:          7 * day,
			MaxArchiveBytes: 30_000_000,
			Grace:           14 * day,
			Republish:       8 * time.Hour,
		},
		API:     API{Listen: "127.0.0.1:26883"},
		Metrics: Metrics{Communities: 200},
		Member:  Member{Settle: 20 * time.Second, RetryMin: 5 * time.Second, RetryMax: 10 * time.Minute, Import: true, Audit: day},
		Limits:  defaultLimits(),
		Import:  Import{Pace: quota.DefaultNode().Pace},
	}
}

// DefaultPath is where the configuration file is looked for when none is named.
func DefaultPath() string { return filepath.Join(xdg.ConfigHome, "seeder", "config.yaml") }

// KeysDir returns the folder of community keys.
func (c Config) KeysDir() string { return filepath.Join(c.DataDir, "keys") }

// NodeFile returns the path of the file in which a running daemon says where
// it can be reached.
func (c Config) NodeFile() string { return filepath.Join(c.DataDir, "node.json") }

// ActivityFile returns the path of the file that keeps what happened.
func (c Config) ActivityFile() string { return filepath.Join(c.DataDir, "activity.jsonl") }

// RatesFile returns the path of the file that keeps how fast the node transferred.
func (c Config) RatesFile() string { return filepath.Join(c.DataDir, "rates") }

// LockFile returns the path of the file that a running daemon holds locked.
func (c Config) LockFile() string { return filepath.Join(c.DataDir, "lock") }

// WantedFile returns the path of the file that a daemon holds locked while it waits
// for another process to give up the data folder.
func (c Config) WantedFile() string { return filepath.Join(c.DataDir, "lock.wanted") }
