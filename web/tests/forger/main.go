// Command forger is an owner that seals what is not so: it makes up a community,
// seeds a history in which one archive differs from its seal, and announces it
// until its standard input ends. Tests of the dashboard show with it what a member
// sets aside, and why.
//
//	forger DATA-DIR WAKU-LISTEN SWARM-LISTEN CLUSTER
//
// It prints {"community", "waku", "swarm"} when it can be reached.
package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"seeder/announce"
	"seeder/announce/waku" //nolint:depguard // it stands for a program of somebody else
	"seeder/archive"
	"seeder/catalog"
	"seeder/internal/clock"
	"seeder/message"
	"seeder/signer"
	"seeder/swarm"
	"seeder/swarm/bittorrent" //nolint:depguard // it stands for a program of somebody else
)

const (
	weeks = 4
	// forged is the week whose archive is not what its seal says.
	forged = 1
	// payload is the size of each archive's only message, in bytes.
	payload = 300_000
	// repeat is the time between two announcements.
	repeat = time.Second
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "forger:", err)
		os.Exit(1) //nolint:forbidigo // this is a main
	}
}

func run(args []string) (err error) {
	if len(args) != 4 {
		return errors.New("usage: forger DATA-DIR WAKU-LISTEN SWARM-LISTEN CLUSTER")
	}
	cluster, err := strconv.ParseUint(args[3], 10, 16)
	if err != nil {
		return fmt.Errorf("read cluster: %w", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() { // ends with the process
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	key, err := signer.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	files := swarm.NewFiles(args[0])
	torrents, err := bittorrent.New(bittorrent.Options{Files: files, Listen: args[2]})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, torrents.Close()) }()
	node, err := waku.New(ctx, waku.Options{Listen: args[1], Cluster: uint16(cluster)})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, node.Close()) }()
	torrent, err := seed(ctx, torrents, files, key)
	if err != nil {
		return err
	}
	err = json.NewEncoder(os.Stdout).Encode(map[string]any{"community": key.Community(), "waku": node.Addrs(), "swarm": torrents.Addrs()})
	if err != nil {
		return fmt.Errorf("say where it is: %w", err)
	}
	return repeatAnnouncement(ctx, node, key, torrent.Magnet)
}

// repeatAnnouncement sends the announcement again and again: who comes late hears it,
// too.
func repeatAnnouncement(ctx context.Context, node *waku.Node, key *signer.Key, magnet string) error {
	signed, err := announce.Sign(announce.Announcement{Clock: uint64(clock.System{}.Now().UnixMilli()), MagnetURI: magnet}, key)
	if err != nil {
		return err
	}
	ticker := time.NewTicker(repeat)
	defer ticker.Stop()
	for {
		if _, err := node.Publish(ctx, key.Community(), signed); err != nil && !errors.Is(err, announce.ErrNoPeers) && ctx.Err() == nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// seed writes the archives and seeds them.
func seed(ctx context.Context, torrents swarm.Swarm, files *swarm.Files, key *signer.Key) (swarm.Torrent, error) {
	if err := files.Prepare(key.Community()); err != nil {
		return swarm.Torrent{}, err
	}
	first := uint64(clock.System{}.Now().Unix()) - (weeks+2)*message.PartitionSeconds
	var entries []archive.Entry
	for n := range uint64(weeks) {
		span := message.PartitionOf(first + n*message.PartitionSeconds)
		e, content, err := seal(key, span, entries)
		if err != nil {
			return swarm.Torrent{}, err
		}
		if n == forged {
			content[len(content)-1] ^= 1
		}
		if err := put(files, key.Community(), e.ID, content); err != nil {
			return swarm.Torrent{}, err
		}
		entries = append(entries, e)
	}
	return torrents.Seed(ctx, swarm.Generation{Community: key.Community(), Index: archive.EncodeIndex(entries), Files: catalog.Files(entries)})
}

// seal makes the archive of a week with one message, which follows those before.
func seal(key *signer.Key, span message.Span, before []archive.Entry) (e archive.Entry, content []byte, err error) {
	m := message.Message{Timestamp: span.From, Topic: message.Topic([]byte{1, 2, 3, 4}), Payload: make([]byte, payload)}
	if _, err = rand.Read(m.Payload); err != nil {
		return e, nil, fmt.Errorf("make up a message: %w", err)
	}
	var buf bytes.Buffer
	enc, err := archive.NewEncoder(&buf, span, []message.Topic{m.Topic})
	if err != nil {
		return e, nil, err
	}
	if err := enc.Encode(&m); err != nil {
		return e, nil, err
	}
	sum, err := enc.Close()
	if err != nil {
		return e, nil, err
	}
	var offset uint64
	var previous message.ArchiveID
	if len(before) > 0 {
		last := before[len(before)-1]
		offset, previous = last.End(), last.ID
	}
	if e, err = archive.NewEntry(span, []message.Topic{m.Topic}, offset, sum, previous, 0); err != nil {
		return e, nil, err
	}
	err = archive.Sign(&e, key)
	return e, buf.Bytes(), err
}

func put(files *swarm.Files, c message.CommunityID, id message.ArchiveID, content []byte) error {
	draft, err := files.Create(c)
	if err != nil {
		return err
	}
	if _, err := draft.Write(content); err != nil {
		draft.Abort()
		return err
	}
	return draft.Commit(id)
}
