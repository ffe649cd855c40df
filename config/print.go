package config

import (
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
)

// WriteYAML writes the effective configuration as a file that [Load] reads,
// with what each setting is for, what it accepts, whether a reload takes it and where
// its value came from as comments. A password is hidden, and has to be put back into what is printed.
func (l Loaded) WriteYAML(w io.Writer) error { return l.write(w, false) }

// WriteStarter writes a file to begin with: what [Loaded.WriteYAML] writes,
// but settings that have their default stand there as comments, so that they
// follow the defaults of later versions. It holds the password of the database
// if it was given one.
func (l Loaded) WriteStarter(w io.Writer) error { return l.write(w, true) }

func (l Loaded) write(w io.Writer, starter bool) error {
	var b strings.Builder
	b.WriteString("# Settings of seeder. Each can also be set by a flag (--waku-listen) or in\n" +
		"# the environment (SEEDER_WAKU_LISTEN).\n")
	sections := sectionDocs()
	section := ""
	for _, v := range l.Values {
		indent, name := "", v.Key
		if s, n, ok := strings.Cut(v.Key, "."); ok {
			indent, name = "  ", n
			if s != section {
				section = s
				fmt.Fprintf(&b, "\n# %s\n%s:\n", sections[s], s)
			}
		}
		fmt.Fprintf(&b, "%s# %s\n%s# Accepts %s.", indent, v.Doc, indent, v.Accepts)
		if v.Reload {
			b.WriteString(" A reload takes it.")
		}
		if !starter {
			b.WriteString(" From: " + v.Source)
		}
		b.WriteByte('\n')
		comment, value := "", v.Value
		if starter {
			value = v.whole
		}
		if starter && v.Source == sourceDefault {
			comment = "# "
		}
		writeValue(&b, indent+comment, name, value)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func writeValue(b *strings.Builder, indent, name string, value any) {
	list, ok := value.([]string)
	switch {
	case ok && len(list) == 0:
		fmt.Fprintf(b, "%s%s: []\n", indent, name)
	case ok:
		fmt.Fprintf(b, "%s%s:\n", indent, name)
		for _, item := range list {
			fmt.Fprintf(b, "%s  - %s\n", indent, strconv.Quote(item))
		}
	default:
		if s, isText := value.(string); isText {
			value = strconv.Quote(s)
		}
		fmt.Fprintf(b, "%s%s: %v\n", indent, name, value)
	}
}

func sectionDocs() map[string]string {
	docs := map[string]string{}
	t := reflect.TypeFor[Config]()
	for i := range t.NumField() {
		docs[t.Field(i).Tag.Get("key")] = t.Field(i).Tag.Get("doc")
	}
	return docs
}
