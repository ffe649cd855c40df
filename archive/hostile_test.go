package archive_test

import (
	"bytes"
	"errors"
	"testing"

	"seeder/archive"
	"seeder/archive/archivetest"
	"seeder/message"
)

// sentinels are the errors that vectors name.
var sentinels = map[string]error{
	"none":     nil,
	"ErrIndex": archive.ErrIndex, "ErrCanonical": archive.ErrCanonical, "ErrNoMetadata": archive.ErrNoMetadata,
	"ErrVersion": archive.ErrVersion, "ErrSpan": archive.ErrSpan, "ErrSize": archive.ErrSize,
	"ErrOffset": archive.ErrOffset, "ErrPadding": archive.ErrPadding, "ErrOutside": archive.ErrOutside,
	"ErrOverlap": archive.ErrOverlap, "ErrGap": archive.ErrGap, "ErrID": archive.ErrID,
	"ErrTooMany": archive.ErrTooMany, "ErrTooLarge": archive.ErrTooLarge, "ErrSeal": archive.ErrSeal,
	"ErrForeign": archive.ErrForeign, "ErrChain": archive.ErrChain, "ErrArchive": archive.ErrArchive,
	"ErrEncoding": archive.ErrEncoding, "ErrHeader": archive.ErrHeader, "ErrLength": archive.ErrLength,
	"ErrTime": archive.ErrTime, "ErrUnlisted": archive.ErrUnlisted, "ErrOrder": archive.ErrOrder,
	"ErrAuthor": archive.ErrAuthor, "ErrCount": archive.ErrCount, "ErrContent": archive.ErrContent,
	"ErrTopic": message.ErrTopic, "ErrWire": message.ErrWire,
}

// outcome is what each reader says of a vector; nil where it accepts it.
type outcome struct{ entry, index, content error }

func read(v *archivetest.Vector) outcome {
	var o outcome
	for _, b := range v.Entries {
		if _, err := archive.ParseEntry(b); err != nil {
			o.entry = err
		}
	}
	entries, err := archive.DecodeIndex(v.Index, uint64(len(v.Data)))
	o.index = err
	for i := range entries {
		e := &entries[i]
		raw := v.Data[e.Offset:][:e.Raw()]
		if _, err := archive.Check(v.Community, e, bytes.NewReader(raw), nil); err != nil {
			o.content = err
		}
	}
	return o
}

func TestHostileVectors(t *testing.T) {
	used := map[string]bool{"none": true, "ErrLength": true} // a length differs in a file, not in a vector
	for _, v := range archivetest.Load(t, "../testdata", "hostile") {
		t.Run(v.Name, func(t *testing.T) {
			want, known := sentinels[v.Error]
			if !known || want == nil {
				t.Fatalf("unknown error %q", v.Error)
			}
			used[v.Error] = true
			o := read(v)
			check := func(reader string, got error, refuses bool) {
				t.Helper()
				if refuses && !errors.Is(got, want) {
					t.Errorf("%s: %v, want %v", reader, got, want)
				}
				if !refuses && got != nil {
					t.Errorf("%s refuses it already: %v", reader, got)
				}
				if got != nil && !archive.Refused(got) {
					t.Errorf("%s: %v does not count as a refusal", reader, got)
				}
			}
			check("ParseEntry", o.entry, v.Reader == "entry")
			check("DecodeIndex", o.index, v.Reader != "archive")
			check("Check", o.content, v.Reader == "archive")
		})
	}
	for name := range sentinels {
		if !used[name] {
			t.Errorf("no vector gives %s", name)
		}
	}
}

func TestAcceptedVectors(t *testing.T) {
	for _, v := range archivetest.Load(t, "../testdata", "accepted") {
		t.Run(v.Name, func(t *testing.T) {
			if o := read(v); o != (outcome{}) {
				t.Errorf("entry: %v, index: %v, content: %v", o.entry, o.index, o.content)
			}
			entries, err := archive.DecodeIndex(v.Index, 0)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(archive.EncodeIndex(entries), v.Index) {
				t.Error("the index does not encode to the same bytes")
			}
			for i := range entries {
				if !bytes.Equal(entries[i].Encode(), v.Entries[i]) {
					t.Errorf("entry %d does not encode to the same bytes", i)
				}
			}
		})
	}
}
