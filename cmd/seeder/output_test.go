package main

import (
	"encoding"
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"seeder/activity"
	"seeder/api"
	"seeder/daemon"
	"seeder/doctor"
	"seeder/inspect"
	"seeder/node"
	"seeder/owner"
)

var updateOutput = flag.Bool("update-output", false, "write docs/output.md anew")

// outputs are the results of commands. A list is written as one.
var outputs = []struct {
	commands string
	value    any
}{
	{"status", node.Status{}},
	{"status --watch", seen{}},
	{"history", node.History{}},
	{"community create, join, rename", node.CommunityInfo{}},
	{"community list", []node.CommunityInfo{}},
	{"community show", node.Details{}},
	{"community set, pause, resume, pin, unpin; limits set", node.SetResult{}},
	{"community leave", node.LeaveResult{}},
	{"limits show", node.Limits{}},
	{"operation list; import", []node.Operation{}},
	{"operation show", node.Operation{}},
	{"archive", []owner.Report{}},
	{"activity", activityResult{}},
	{"activity --follow", activity.Event{}},
	{"reload", api.ReloadResult{}},
	{"log-level get, set", api.LogLevel{}},
	{"token create, rotate, show", tokenResult{}},
	{"dashboard", dashboardResult{}},
	{"run", daemon.Node{}},
	{"doctor", doctor.Report{}},
	{"verify", inspect.Report{}},
	{"verify, exit code 4", refusedPath{}},
	{"digest", digestResult{}},
	{"export", exportResult{}},
	{"rebuild", rebuildResult{}},
	{"key new, import, show", keyInfo{}},
	{"key list", []keyInfo{}},
	{"service install, uninstall, status", serviceState{}},
	{"ingest", ingestResult{}},
	{"init", initResult{}},
	{"config print", configResult{}},
	{"config check", checkedConfig{}},
	{"demo", demoReport{}},
	{"version", build{}},
}

const outputHead = `# What commands print for programs

With ` + "`--output json`" + ` a command prints one JSON value on standard output, and nothing else there; progress, notes and errors are text on
standard error, and the exit code is that of [the table](operations.md#exit-codes). A command that fails prints nothing on standard output, but
for results that come with a failure: the report of ` + "`doctor`" + ` (exit code 1), what ` + "`verify`" + ` refused (4), and the reports of ` + "`archive`" + ` (6).
Commands that go on (` + "`status --watch`, `activity --follow`" + `) print an object a line. A running daemon and the database give the same answers.

The form is stable: fields may be added, none is renamed, and none changes its meaning. Sizes are bytes, rates bytes a second. Times named
` + "`*_at`, `at`, `since`, `until`, `next_try` and `time`" + ` are milliseconds since 1970, ` + "`from` and `to`" + ` of spans seconds. Fields that are marked with * are left out
when they are empty. The HTTP API answers with the same types, see [api.md](api.md).

This page is made from the source, by ` + "`go generate ./cmd/seeder`" + `.

## Commands

| Command | Result |
|---|---|
`

// TestOutputReference compares docs/output.md with the types that commands print.
func TestOutputReference(t *testing.T) {
	r := reference{t: t, docs: make(map[string]map[string]typeDoc), seen: make(map[reflect.Type]bool)}
	text := outputHead
	for _, o := range outputs {
		text += fmt.Sprintf("| `%s` | %s |\n", o.commands, r.name(reflect.TypeOf(o.value)))
	}
	text += "\n## Types\n"
	for len(r.queue) > 0 {
		typ := r.queue[0]
		r.queue = r.queue[1:]
		text += r.section(typ)
	}
	const path = "../../docs/output.md"
	if *updateOutput {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(b) != text {
		t.Error("docs/output.md is out of date; the page says how it is made anew")
	}
}

// reference describes types by the comments of their source.
type reference struct {
	t     *testing.T
	docs  map[string]map[string]typeDoc // by package path and type
	seen  map[reflect.Type]bool
	queue []reflect.Type
}

// typeDoc is the comment of a type, and those of its fields.
type typeDoc struct {
	text   string
	fields map[string]string
}

// name says in a word what a type is in JSON, and has structs described later.
func (r *reference) name(t reflect.Type) string {
	switch {
	case t.Implements(reflect.TypeFor[encoding.TextMarshaler]()), t.Implements(reflect.TypeFor[json.Marshaler]()):
		if t == reflect.TypeFor[json.RawMessage]() {
			return "any"
		}
		return "text"
	case t.Kind() == reflect.Pointer:
		return r.name(t.Elem())
	case t.Kind() == reflect.Slice:
		return "list of " + r.name(t.Elem())
	case t.Kind() == reflect.Map:
		return "object of " + r.name(t.Elem()) + " by " + r.name(t.Key())
	case t.Kind() == reflect.Struct:
		if !r.seen[t] {
			r.seen[t] = true
			r.queue = append(r.queue, t)
		}
		title := titleOfType(t)
		return "[" + title + "](#" + strings.ToLower(title) + ")"
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() == reflect.String:
		return "text"
	case t.Kind() == reflect.Interface:
		return "any"
	default:
		return "number"
	}
}

// titleOfType tells types of one name apart by their package.
func titleOfType(t reflect.Type) string {
	pkg := filepath.Base(t.PkgPath())
	if pkg == "node" || pkg == "main" || pkg == "seeder" {
		return strings.ToUpper(t.Name()[:1]) + t.Name()[1:]
	}
	return strings.ToUpper(pkg[:1]) + pkg[1:] + t.Name()
}

// section describes a struct.
func (r *reference) section(t reflect.Type) string {
	text := "\n### " + titleOfType(t) + "\n\n" + plainText(r.doc(t).text, nil) + "\n\n| Field | Type | |\n|---|---|---|\n"
	for _, row := range r.rows(t) {
		text += fmt.Sprintf("| %s | %s | %s |\n", strings.Join(row.names, ", "), row.kind, plainText(row.text, t))
	}
	return text
}

type fieldRow struct {
	names      []string
	kind, text string
}

// rows returns the fields, those without a comment of their own with the one above
// that has the same type.
func (r *reference) rows(t reflect.Type) (rows []fieldRow) {
	for i := range t.NumField() {
		f := t.Field(i)
		tag, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if tag == "-" || !f.IsExported() && !f.Anonymous {
			continue
		}
		if f.Anonymous && tag == "" {
			rows = append(rows, r.rows(f.Type)...)
			continue
		}
		if tag == "" {
			tag = f.Name
		}
		name := "`" + tag + "`"
		if strings.Contains(options, "omitempty") {
			name += " *"
		}
		row := fieldRow{[]string{name}, r.name(f.Type), r.doc(t).fields[f.Name]}
		if last := len(rows) - 1; row.text == "" && last >= 0 && rows[last].text != "" && rows[last].kind == row.kind && strings.Contains(rows[last].text, f.Name) {
			rows[last].names = append(rows[last].names, name)
			continue
		}
		rows = append(rows, row)
	}
	return rows
}

// doc returns the comments of a struct.
func (r *reference) doc(t reflect.Type) typeDoc {
	types, ok := r.docs[t.PkgPath()]
	if !ok {
		types = r.parse(t.PkgPath())
		r.docs[t.PkgPath()] = types
	}
	return types[t.Name()]
}

func (r *reference) parse(pkg string) map[string]typeDoc {
	dir := "."
	if rest, ok := strings.CutPrefix(pkg, "seeder/"); ok && rest != "cmd/seeder" {
		dir = filepath.Join("../..", rest)
	}
	only := func(i fs.FileInfo) bool { return !strings.HasSuffix(i.Name(), "_test.go") }
	packages, err := parser.ParseDir(token.NewFileSet(), dir, only, parser.ParseComments) //nolint:staticcheck // build tags do not matter here
	if err != nil {
		r.t.Fatal(err)
	}
	out := make(map[string]typeDoc)
	for _, p := range packages {
		ast.Inspect(p, func(n ast.Node) bool {
			decl, ok := n.(*ast.GenDecl)
			if !ok {
				return true
			}
			for _, spec := range decl.Specs {
				named, ok := spec.(*ast.TypeSpec)
				if !ok {
					continue
				}
				d := typeDoc{text: decl.Doc.Text() + named.Doc.Text(), fields: make(map[string]string)}
				if s, ok := named.Type.(*ast.StructType); ok {
					for _, f := range s.Fields.List {
						for _, name := range f.Names {
							d.fields[name.Name] = f.Doc.Text() + f.Comment.Text()
						}
					}
				}
				out[named.Name.Name] = d
			}
			return true
		})
	}
	return out
}

var docLink = regexp.MustCompile(`\[\*?([A-Za-z.]+)\]`)

var goWord = regexp.MustCompile(`[A-Za-z0-9]+`)

// plainText is a comment in one line of Markdown, with the fields of t, unless nil,
// by their names in JSON.
func plainText(s string, t reflect.Type) string {
	s = docLink.ReplaceAllString(strings.Join(strings.Fields(s), " "), "$1")
	if t != nil {
		s = goWord.ReplaceAllStringFunc(s, func(word string) string {
			if word == "nil" {
				return "null or absent"
			}
			f, ok := t.FieldByName(word)
			tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if !ok || tag == "" || tag == "-" {
				return word
			}
			return "`" + tag + "`"
		})
	}
	return strings.NewReplacer("|", "\\|", "<", "&lt;").Replace(s)
}

// TestEveryCommandIsDocumentedForPrograms finds commands that the page leaves out.
func TestEveryCommandIsDocumentedForPrograms(t *testing.T) {
	var known []string
	for _, o := range outputs {
		for part := range strings.SplitSeq(o.commands, "; ") {
			known = append(known, strings.Fields(part)[0])
		}
	}
	others := []string{"man", "completion", "help"}
	a := &app{}
	for _, cmd := range a.root().Commands() {
		if name := cmd.Name(); !slices.Contains(known, name) && !slices.Contains(others, name) {
			t.Errorf("%s is not in the list of outputs", name)
		}
	}
}
