package activity

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"

	"seeder/internal/atomicfile"
)

const (
	// MaxLine is how long a line of the file may be, in bytes, without its line
	// feed.
	MaxLine = 8192
	// MaxFile is how long a file may be that is read, in bytes.
	MaxFile = 2 * (Size + 1) * (MaxLine + 1)
	// DamagedSuffix ends the name of a damaged file that was set aside.
	DamagedSuffix = ".damaged"

	formatName    = "seeder activity"
	formatVersion = 1
	maxID         = 1<<53 - 1
	filePerm      = 0o600
)

// ErrFile reports a file that is not as the package comment says.
var ErrFile = errors.New("damaged file of events")

// header is the first line.
type header struct {
	Format  string `json:"format"`
	Version int    `json:"version"`
}

// Encode returns the content of a file with these events.
func Encode(events []Event) []byte {
	var b bytes.Buffer
	b.WriteString(`{"format":"` + formatName + `","version":` + strconv.Itoa(formatVersion) + "}\n")
	for i := range events {
		b.Write(line(&events[i]))
	}
	return b.Bytes()
}

// line returns an event as a line.
func line(e *Event) []byte {
	b, err := json.Marshal(e)
	if err != nil { // strings and numbers always can be
		return nil
	}
	return append(b, '\n')
}

// Decode reads the content of a file. With an error, which wraps [ErrFile] and tells of
// the first damage, it returns the events of all lines that are whole.
func Decode(data []byte) ([]Event, error) {
	first, rest, found := bytes.Cut(data, []byte{'\n'})
	if !found {
		if len(data) > MaxLine {
			return nil, fmt.Errorf("%w: no first line", ErrFile)
		}
		return nil, nil // the process ended as it began the file
	}
	var h header
	if err := strict(first, &h); err != nil || h.Format != formatName || h.Version != formatVersion {
		return nil, fmt.Errorf("%w: the first line says something else", ErrFile)
	}
	return decodeLines(rest)
}

func decodeLines(rest []byte) (events []Event, damage error) {
	ids := []uint64{0} // those of events behind a 0
	for n := 2; ; n++ {
		text, after, found := bytes.Cut(rest, []byte{'\n'})
		if !found {
			return events, damage
		}
		rest = after
		e, id, err := decodeLine(text)
		last := len(ids) - 1
		if err == nil && id <= ids[last] {
			err = errors.New("out of order")
			if id > ids[last-1] { // the one before it is, and may hide all that follow
				events[last-1], ids[last] = e, id
			}
		} else if err == nil {
			events, ids = append(events, e), append(ids, id)
		}
		if err != nil && damage == nil {
			damage = fmt.Errorf("%w: line %d: %w", ErrFile, n, err)
		}
	}
}

func decodeLine(text []byte) (e Event, id uint64, err error) {
	if len(text) > MaxLine {
		return e, 0, errors.New("too long")
	}
	if err := strict(text, &e); err != nil {
		return e, 0, err
	}
	id, ok := number(e.ID)
	if !ok {
		return e, 0, errors.New("malformed id")
	}
	return e, id, nil
}

// strict decodes one JSON value without unknown fields.
func strict(text []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("decode: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one value")
	}
	return nil
}

// number reads an id as it is written.
func number(id string) (uint64, bool) {
	n, err := strconv.ParseUint(id, 10, 64)
	return n, err == nil && n > 0 && n <= maxID && strconv.FormatUint(n, 10) == id
}

// keeper writes events behind one another into a file.
type keeper struct {
	path string
	// file is nil before the first write and after a failure.
	file *os.File
	// lines counts the events of the file.
	lines int
}

// read returns the events of the file, none when there is none, and gets ready to
// append to it. A damaged file is set aside, and the error says so.
func (k *keeper) read() ([]Event, error) {
	data, err := atomicfile.ReadAtMost(k.path, MaxFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read events: %w", err)
	}
	var events []Event
	if len(data) > MaxFile {
		err = fmt.Errorf("%w: longer than %d bytes", ErrFile, MaxFile)
	} else {
		events, err = Decode(data)
	}
	if err != nil {
		return events, errors.Join(err, os.Rename(k.path, k.path+DamagedSuffix))
	}
	if bytes.HasSuffix(data, []byte{'\n'}) {
		return events, k.open(len(events))
	}
	return events, nil // what was cut short goes with the next write
}

func (k *keeper) open(lines int) (err error) {
	k.lines = lines
	k.file, err = os.OpenFile(k.path, os.O_WRONLY|os.O_APPEND, filePerm)
	return err
}

// write appends events; all are those that are kept, the new ones last.
func (k *keeper) write(fresh, all []Event) error {
	if k.file != nil && k.lines+len(fresh) <= 2*Size {
		var b bytes.Buffer
		for i := range fresh {
			b.Write(line(&fresh[i]))
		}
		k.lines += len(fresh)
		if _, err := k.file.Write(b.Bytes()); err != nil {
			return errors.Join(err, k.close())
		}
		return nil
	}
	return errors.Join(k.close(), k.rewrite(all))
}

// rewrite publishes a file with the events that are kept and leaves it open. A
// first file is just begun: nothing is lost when that is cut short.
func (k *keeper) rewrite(all []Event) error {
	_, err := os.Lstat(k.path)
	switch {
	case err == nil:
		err = atomicfile.Write(k.path, Encode(all), filePerm)
	case errors.Is(err, fs.ErrNotExist):
		err = os.WriteFile(k.path, Encode(all), filePerm)
	}
	if err != nil {
		return err
	}
	return k.open(len(all))
}

// close ends writing, until the next write.
func (k *keeper) close() error {
	if k.file == nil {
		return nil
	}
	err := errors.Join(k.file.Sync(), k.file.Close())
	k.file = nil
	return err
}
