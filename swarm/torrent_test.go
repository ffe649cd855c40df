package swarm_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"seeder/message"
	"seeder/swarm"
	"seeder/swarm/swarmtest"
)

// vectors holds generations made by the existing Status client.
const vectors = "../testdata/status-go"

type vector struct {
	dir     string
	torrent []byte
	data    []byte
	index   []byte
}

func readVectors(t testing.TB) []vector {
	t.Helper()
	var list []vector
	for _, pattern := range []string{"*/*.torrent", "*/*/*.torrent"} {
		found, err := filepath.Glob(filepath.Join(vectors, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range found {
			v := vector{dir: filepath.Dir(path)}
			for name, into := range map[string]*[]byte{
				path: &v.torrent, filepath.Join(v.dir, "data"): &v.data, filepath.Join(v.dir, "index"): &v.index,
			} {
				if *into, err = os.ReadFile(name); err != nil {
					t.Fatal(err)
				}
			}
			list = append(list, v)
		}
	}
	if len(list) != 3 {
		t.Fatalf("%d vectors, want 3", len(list))
	}
	return list
}

// hashPieces hashes data as an archive's pieces.
func hashPieces(t *testing.T, data []byte) []byte {
	t.Helper()
	files := swarm.NewFiles(t.TempDir())
	a := swarmtest.Archive{ID: message.ArchiveID{1}, Content: data[:len(data)-1]}
	if data[len(data)-1] != 0 {
		t.Fatal("data does not end in padding")
	}
	swarmtest.Put(t, files, swarmtest.Community(1), a)
	p, err := files.Pieces(swarmtest.Community(1), a.ID)
	if err != nil {
		t.Fatal(err)
	}
	return p.Hashes
}

// TestStatusTorrents reads torrents of the Status client, and builds the same
// torrents from their data and index.
func TestStatusTorrents(t *testing.T) {
	for _, v := range readVectors(t) {
		m, err := swarm.ParseTorrent(v.torrent)
		if err != nil {
			t.Errorf("%s: %v", v.dir, err)
			continue
		}
		if m.DataSize != uint64(len(v.data)) || m.IndexSize != uint64(len(v.index)) {
			t.Errorf("%s: sizes %d and %d, want %d and %d", v.dir, m.DataSize, m.IndexSize, len(v.data), len(v.index))
		}
		if err := m.CheckIndex(v.index); err != nil {
			t.Errorf("%s: %v", v.dir, err)
		}
		if len(m.Trackers) != 2 {
			t.Errorf("%s: trackers %v, want 2", v.dir, m.Trackers)
		}
		ours, err := swarm.NewMetainfo(m.Community, hashPieces(t, v.data), v.index)
		if err != nil {
			t.Fatalf("%s: %v", v.dir, err)
		}
		if ours.InfoHash != m.InfoHash || !bytes.Equal(ours.Info, m.Info) {
			t.Errorf("%s: built infohash %x, want %x", v.dir, ours.InfoHash, m.InfoHash)
		}
	}
}

func TestStatusInfoHashes(t *testing.T) {
	want := map[string]string{
		"first":  "ceb2fb4a19e9b39c54862a6e35cf40fdc7d46684",
		"second": "79c6b635b02401f02204464e98fc9fe5682341b6",
	}
	for _, v := range readVectors(t) {
		m, err := swarm.ParseTorrent(v.torrent)
		if err != nil {
			t.Fatal(err)
		}
		if hash, ok := want[filepath.Base(v.dir)]; ok && hex.EncodeToString(m.InfoHash[:]) != hash {
			t.Errorf("%s: infohash %x, want %s", v.dir, m.InfoHash, hash)
		}
	}
}

func TestTorrentFileIsReadBack(t *testing.T) {
	for _, v := range readVectors(t) {
		m, err := swarm.ParseTorrent(v.torrent)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := m.WriteTorrent(&b); err != nil {
			t.Fatal(err)
		}
		again, err := swarm.ParseTorrent(b.Bytes())
		if err != nil || again.InfoHash != m.InfoHash || strings.Join(again.Trackers, " ") != strings.Join(m.Trackers, " ") {
			t.Errorf("%s: read back %+v, %v", v.dir, again, err)
		}
	}
}

// readTorrentVector reads a vector of testdata/torrents: what it is, the error
// wanted, an empty line, and the torrent, broken into lines.
func readTorrentVector(t testing.TB, path string) (want string, torrent []byte) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, body, ok := strings.Cut(string(b), "\n\n")
	lines := strings.Split(head, "\n")
	if !ok || len(lines) != 2 || !strings.HasPrefix(lines[0], "# ") || !strings.HasPrefix(lines[1], "want: ") {
		t.Fatalf("%s: malformed vector", path)
	}
	return strings.TrimPrefix(lines[1], "want: "), []byte(strings.ReplaceAll(body, "\n", ""))
}

func TestTorrentVectors(t *testing.T) {
	paths, err := filepath.Glob("testdata/torrents/*.txt")
	if err != nil || len(paths) < 40 {
		t.Fatalf("%d vectors: %v", len(paths), err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			want, torrent := readTorrentVector(t, path)
			m, err := swarm.ParseTorrent(torrent)
			if want == "ok" {
				if err != nil {
					t.Errorf("refused: %v", err)
				}
				return
			}
			if m != nil || !errors.Is(err, swarm.ErrTorrent) || !strings.Contains(err.Error(), want) {
				t.Errorf("%v, want ErrTorrent: ... %s", err, want)
			}
		})
	}
}

func TestTorrentTooLarge(t *testing.T) {
	if _, err := swarm.ParseTorrent(make([]byte, swarm.MaxTorrentSize+1)); !errors.Is(err, swarm.ErrTorrent) {
		t.Errorf("torrent: %v", err)
	}
	if _, err := swarm.ParseInfo(make([]byte, swarm.MaxInfoSize+1)); !errors.Is(err, swarm.ErrTorrent) {
		t.Errorf("info: %v", err)
	}
}

func TestDeepNestingEnds(t *testing.T) {
	for _, open := range []string{"l", "d1:a", "d0:"} {
		b := []byte("d4:info" + strings.Repeat(open, 4<<20))
		if _, err := swarm.ParseTorrent(b); !errors.Is(err, swarm.ErrTorrent) {
			t.Errorf("%q: %v", open, err)
		}
	}
}

func TestCheckInfo(t *testing.T) {
	v := readVectors(t)[0]
	m, err := swarm.ParseTorrent(v.torrent)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := swarm.CheckInfo(m.Info, m.Community, m.InfoHash); err != nil {
		t.Errorf("its own: %v", err)
	}
	if _, err := swarm.CheckInfo(m.Info, swarmtest.Community(1), m.InfoHash); !errors.Is(err, swarm.ErrTorrent) {
		t.Errorf("another community: %v", err)
	}
	if _, err := swarm.CheckInfo(m.Info, m.Community, swarm.InfoHash{1}); !errors.Is(err, swarm.ErrTorrent) {
		t.Errorf("another infohash: %v", err)
	}
	if err := m.CheckIndex(append(bytes.Clone(v.index), 0)); !errors.Is(err, swarm.ErrTorrent) {
		t.Errorf("another index: %v", err)
	}
}

func TestNewMetainfoRefuses(t *testing.T) {
	c := swarmtest.Community(1)
	hash := make([]byte, swarm.HashSize)
	for name, in := range map[string][2][]byte{
		"no data":  {nil, []byte("index")},
		"no index": {hash, nil},
		"too long": {hash, make([]byte, swarm.MaxIndexSize+1)},
	} {
		if _, err := swarm.NewMetainfo(c, in[0], in[1]); !errors.Is(err, swarm.ErrTorrent) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNewMetainfoKeepsItsInput(t *testing.T) {
	hashes := make([]byte, swarm.HashSize, 4*swarm.HashSize)
	if _, err := swarm.NewMetainfo(swarmtest.Community(1), hashes, []byte("index")); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(hashes[:cap(hashes)], make([]byte, cap(hashes))) {
		t.Error("the hashes given were written behind")
	}
}

func FuzzParseTorrent(f *testing.F) {
	for _, v := range readVectors(f) {
		f.Add(v.torrent)
	}
	paths, err := filepath.Glob("testdata/torrents/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		_, torrent := readTorrentVector(f, path)
		f.Add(torrent)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := swarm.ParseTorrent(b)
		if err != nil {
			if !errors.Is(err, swarm.ErrTorrent) {
				t.Errorf("untyped error %v", err)
			}
			return
		}
		var out bytes.Buffer
		if err := m.WriteTorrent(&out); err != nil {
			t.Fatal(err)
		}
		again, err := swarm.ParseTorrent(out.Bytes())
		if err != nil || again.InfoHash != m.InfoHash {
			t.Errorf("read back %v, %v", again, err)
		}
		if m.NumPieces() != m.DataPieces()+int((m.IndexSize+swarm.PieceLength-1)/swarm.PieceLength) {
			t.Errorf("%d pieces for %d and %d bytes", m.NumPieces(), m.DataSize, m.IndexSize)
		}
	})
}
