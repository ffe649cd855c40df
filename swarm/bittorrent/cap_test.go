package bittorrent

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"seeder/message"
	"seeder/quota"
	"seeder/swarm"
	"seeder/swarm/swarmtest"
)

// capped is a receiver that takes what a ledger has room for.
type capped struct {
	t      *testing.T
	ledger *quota.Ledger
	files  *swarm.Files
	items  map[message.ArchiveID]quota.Item
}

func (r *capped) Index(data []byte) ([]swarm.File, []message.ArchiveID, error) {
	files, err := swarmtest.DecodeIndex(data)
	if err != nil {
		return nil, nil, err
	}
	r.items = make(map[message.ArchiveID]quota.Item)
	var listed []quota.Item
	for i, f := range files {
		whole, peak := swarm.Takes(f)
		r.items[f.ID] = quota.Item{
			Community: c1, ID: f.ID, Span: message.Span{From: uint64(i), To: uint64(i) + 1}, Bytes: whole, Peak: peak,
		}
		if _, err := os.Stat(r.files.Path(c1, f.ID)); err != nil {
			listed = append(listed, r.items[f.ID])
		}
	}
	return files, r.ledger.Wanted(c1, listed), nil
}

func (r *capped) Room(id message.ArchiveID) error {
	return r.ledger.Reserve(r.t.Context(), r.items[id])
}

func (r *capped) Archive(id message.ArchiveID) error {
	u, err := r.files.ArchiveUsage(c1, id)
	if err != nil || !u.Whole || u.Bytes != r.items[id].Bytes {
		r.t.Errorf("an archive in place takes %+v, want %d: %v", u, r.items[id].Bytes, err)
	}
	r.ledger.Commit(c1, id, u.Bytes)
	return nil
}

// look lists the archives of a node and their sizes, temporary files included.
func look(files *swarm.Files) (sizes map[string]int64, sum int64) {
	sizes = make(map[string]int64)
	paths, _ := filepath.Glob(filepath.Join(files.Dir(c1), "archives", "*"))
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil {
			sizes[path] = info.Size()
			sum += quota.OnDisk(info.Size())
		}
	}
	return sizes, sum
}

// watchFolder looks at the archives of a node over and over, and returns the most
// that they took. Two looks that are equal are of one moment: the one between them.
func watchFolder(files *swarm.Files) (stop func() (most int64, looks int)) {
	ended := make(chan struct{})
	var done sync.WaitGroup
	var most int64
	var looks int
	done.Go(func() {
		var before map[string]int64
		for {
			sizes, sum := look(files)
			if maps.Equal(sizes, before) {
				most = max(most, sum)
				looks++
			}
			before = sizes
			select {
			case <-ended:
				return
			default:
			}
		}
	})
	return func() (int64, int) {
		close(ended)
		done.Wait()
		_, sum := look(files) // at rest
		return max(most, sum), looks
	}
}

// TestFolderIsNeverOverTheCap follows a history that grows beyond a cap.
func TestFolderIsNeverOverTheCap(t *testing.T) {
	t.Parallel()
	const limit = 3 << 20
	owner := startWith(t, Options{})
	member := startWith(t, Options{EvictGrace: 50 * time.Millisecond})
	sizes := make([]int, 24)
	for i := range sizes {
		sizes[i] = 100_000 + 37_000*(i%12) // with and without much padding
	}
	archives := swarmtest.NewArchives(1, sizes...)
	swarmtest.Put(t, owner.files, c1, archives...)
	r := &capped{t: t, files: member.files}
	var evicted int
	r.ledger = quota.NewLedger(quota.LedgerOptions{
		Evict: func(ctx context.Context, v quota.Item) error {
			evicted++
			return member.Evict(ctx, c1, v.ID)
		},
		Written: func(i quota.Item) int64 { return member.files.Written(c1, i.ID) },
	})
	r.ledger.SetCommunity(c1, limit, nil, false)
	stop := watchFolder(member.files)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for _, n := range []int{4, 12, 13, 15, 24} {
		tor, err := owner.Seed(ctx, swarmtest.Generation(c1, archives[:n]...))
		if err != nil {
			t.Fatal(err)
		}
		ref := swarm.Ref{Community: c1, InfoHash: tor.InfoHash, Peers: owner.Addrs()}
		if err := member.Fetch(ctx, ref, r); err != nil {
			t.Fatal(err)
		}
		newest := archives[n-1]
		swarmtest.CheckFiles(t, member.files, c1, newest)
	}
	most, looks := stop()
	u := r.ledger.Usage(c1)
	t.Logf("at most %d of %d bytes in %d looks, %d archives of %d are here, %d were evicted",
		most, limit, looks, u.Archives, len(archives), evicted)
	if most > limit || most < limit/2 || evicted == 0 {
		t.Errorf("the folder took %d bytes under a cap of %d, %d archives were evicted", most, limit, evicted)
	}
	on, err := member.files.Usage(c1)
	if err != nil {
		t.Fatal(err)
	}
	var sum int64
	for _, a := range on.Archives {
		sum += a.Bytes
	}
	if u.Reserved != 0 || u.Used != sum || u.Archives != len(on.Archives) {
		t.Errorf("counted %+v, on disk are %d bytes of %d archives", u, sum, len(on.Archives))
	}
}
