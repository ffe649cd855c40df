package daemon

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"

	"seeder/config"
	"seeder/internal/atomicfile"
	"seeder/internal/fault"
)

// Node is what a running daemon writes to the node file, for programs that
// want to reach it.
type Node struct {
	PID     int    `json:"pid"`
	Version string `json:"version"`
	// Waku holds multiaddrs with peer id, Swarm addresses host:port.
	Waku  []string `json:"waku"`
	Swarm []string `json:"swarm"`
	// Control is the path of the control socket.
	Control string `json:"control"`
	// Metrics is the address host:port of metrics; empty for none.
	Metrics string `json:"metrics,omitempty"`
	// API is where the API and the dashboard are, such as http://127.0.0.1:26883/;
	// empty for none.
	API string `json:"api,omitempty"`
}

// ReadNodeFile returns what the daemon of a data folder wrote;
// [os.ErrNotExist] when none runs.
func ReadNodeFile(cfg config.Config) (Node, error) {
	var n Node
	b, err := os.ReadFile(cfg.NodeFile())
	if err != nil {
		return Node{}, fmt.Errorf("read node file: %w", err)
	}
	if err := json.Unmarshal(b, &n); err != nil {
		return Node{}, fmt.Errorf("read node file %s: %w", cfg.NodeFile(), err)
	}
	return n, nil
}

func (d *Daemon) writeNodeFile() error {
	n := Node{
		PID: os.Getpid(), Version: d.opts.Version, Waku: d.bus.Addrs(), Swarm: d.swarm.Addrs(),
		Control: d.controlPath, Metrics: d.metricsAddr, API: d.apiURL,
	}
	b, err := json.MarshalIndent(n, "", "  ")
	if err != nil {
		return fmt.Errorf("write node file: %w", err)
	}
	if err := fault.Point(fault.NodeFileWriteBefore); err != nil {
		return fmt.Errorf("write node file: %w", err)
	}
	return atomicfile.Write(d.opts.Config.NodeFile(), append(b, '\n'), 0o600)
}

func (d *Daemon) removeNodeFile() error {
	if err := fault.Point(fault.NodeFileRemoveBefore); err != nil {
		return fmt.Errorf("remove node file: %w", err)
	}
	err := os.Remove(d.opts.Config.NodeFile())
	if err == nil || errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return fmt.Errorf("remove node file: %w", err)
}

// ErrNodeKey reports a node key file that holds something else.
var ErrNodeKey = errors.New("malformed node key")

// loadNodeKey returns the secp256k1 private key (32 bytes) that gives the Waku
// node a peer id that outlives restarts. The file holds it in hex; it is made
// at the first start.
func loadNodeKey(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return makeNodeKey(path)
	}
	if err != nil {
		return nil, fmt.Errorf("read node key: %w", err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != 32 {
		return nil, fmt.Errorf("%w: %s does not hold 64 hex digits", ErrNodeKey, path)
	}
	return key, nil
}

func makeNodeKey(path string) ([]byte, error) {
	key, err := secp256k1.GeneratePrivateKey()
	if err != nil {
		return nil, fmt.Errorf("make node key: %w", err)
	}
	b := key.Serialize()
	return b, atomicfile.Write(path, []byte(hex.EncodeToString(b)+"\n"), 0o600)
}
