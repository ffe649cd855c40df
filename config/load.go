package config

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"
	"github.com/spf13/viper"

	"seeder/internal/nearest"
	"seeder/quota"
)

// EnvPrefix begins the names of environment variables that are settings.
const EnvPrefix = "SEEDER_"

// EnvFile names the configuration file, unless a flag does.
const EnvFile = EnvPrefix + "CONFIG"

// Value is the effective value of a setting.
type Value struct {
	// Key is the setting, such as waku.listen.
	Key string `json:"key"`
	// Value is a string, number, truth value or list of strings, as it would
	// stand in a file, but for a password, which is hidden.
	Value any `json:"value"`
	// Source says where it was set: default, a file, an environment variable
	// or a flag.
	Source string `json:"source"`
	// Doc says what the setting is for.
	Doc string `json:"doc"`
	// Accepts says in words which values are accepted.
	Accepts string `json:"accepts"`
	// Reload says whether a running daemon takes a change when it reads the
	// configuration again; otherwise it holds after a restart.
	Reload bool `json:"reload"`

	// whole is Value with its password.
	whole any
}

// Loaded is the effective configuration and where it came from.
type Loaded struct {
	Config Config
	// File is the path of the file that was read; empty when there was none.
	File string
	// Values are all settings in the order of the struct.
	Values []Value
}

// Load merges defaults, file, environment and flags, checks everything, and
// returns all faults joined, each an [*Error]. path names the file; when it is
// empty, SEEDER_CONFIG or [DefaultPath] does, and only the latter may be
// missing. flags may be nil; see [AddFlags].
func Load(path string, flags *pflag.FlagSet) (Loaded, error) {
	v := viper.New()
	file, faults := readFile(v, path)
	return load(v, file, append(faults, checkEnv()...), sources{flags: flags, env: true})
}

// LoadFile does what [Load] does with the file alone: neither flags nor the
// environment count. The file must exist.
func LoadFile(path string) (Loaded, error) {
	v := viper.New()
	file, faults := readGiven(v, path)
	return load(v, file, faults, sources{})
}

// sources are where settings come from, beside a file.
type sources struct {
	flags *pflag.FlagSet // nil for none
	env   bool
}

func load(v *viper.Viper, file string, faults []error, from sources) (Loaded, error) {
	cfg := Default()
	out := Loaded{File: file}
	for _, f := range fields(&cfg) {
		source := f.bind(v, file, from)
		if raw := v.Get(f.key); source != sourceDefault && raw != nil {
			faults = append(faults, f.set(raw, source)...)
		}
		whole := format(f.value)
		out.Values = append(out.Values, Value{
			Key: f.key, Value: f.shown(whole), Source: source, Doc: f.doc, Accepts: forms[f.form].want, Reload: f.reload, whole: whole,
		})
	}
	if cfg.Member.RetryMax < cfg.Member.RetryMin {
		faults = append(faults, out.retryOrder(cfg.Member))
	}
	faults = append(faults, out.checkAPI(cfg.API)...)
	out.Config = cfg
	return out, errors.Join(faults...)
}

// retryOrder blames the bound that somebody has set.
func (l Loaded) retryOrder(m Member) error {
	key, v, advice := "member.retry_max", m.RetryMax, "not below member.retry_min, which is "+FormatDuration(m.RetryMin)
	if l.source(key) == sourceDefault {
		key, v, advice = "member.retry_min", m.RetryMin, "not above member.retry_max, which is "+FormatDuration(m.RetryMax)
	}
	return &Error{Key: key, Value: FormatDuration(v), Source: l.source(key), Err: ErrValue, Advice: "use a duration " + advice}
}

const sourceDefault = "default"

// IsDefault reports whether nobody has set the setting.
func (l Loaded) IsDefault(key string) bool { return l.source(key) == sourceDefault }

func (l Loaded) source(key string) string {
	for _, v := range l.Values {
		if v.Key == key {
			return v.Source
		}
	}
	return sourceDefault
}

// AddFlags adds a flag for each of the keys to flags, or for all keys when
// none is given. Values are read by [Load].
func AddFlags(flags *pflag.FlagSet, keys ...string) {
	cfg := Default()
	for _, f := range fields(&cfg) {
		if flags.Lookup(flagName(f.key)) == nil && (len(keys) == 0 || slices.Contains(keys, f.key)) {
			flags.String(flagName(f.key), "", strings.TrimSuffix(f.doc, ".")+" ("+forms[f.form].want+")")
		}
	}
}

// Keys returns the keys of all settings, in the order of the struct.
func Keys() []string {
	cfg := Default()
	var out []string
	for _, f := range fields(&cfg) {
		out = append(out, f.key)
	}
	return out
}

func flagName(key string) string { return strings.NewReplacer(".", "-", "_", "-").Replace(key) }

func envName(key string) string {
	return EnvPrefix + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

// field is one setting of a Config.
type field struct {
	key, form, doc, min string
	reload              bool // a running daemon takes a change
	value               reflect.Value
}

// limit returns the name among [quota.NodeKeys]; false for what is no limit.
func (f field) limit() (name string, ok bool) { return strings.CutPrefix(f.form, limitForm+".") }

// fields returns the settings of cfg in order; setting one changes cfg.
func fields(cfg *Config) []field { return fieldsOf("", reflect.ValueOf(cfg).Elem()) }

func fieldsOf(prefix string, v reflect.Value) []field {
	var out []field
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag
		key := prefix + tag.Get("key")
		if v.Field(i).Kind() == reflect.Struct {
			out = append(out, fieldsOf(key+".", v.Field(i))...)
			continue
		}
		f := field{key: key, form: tag.Get("form"), doc: tag.Get("doc"), min: tag.Get("min"), value: v.Field(i)}
		f.reload = tag.Get("reload") != "" || f.form == limitForm
		if f.form == limitForm {
			f.form += "." + tag.Get("key")
			f.doc = limitDoc(tag.Get("key"))
		}
		out = append(out, f)
	}
	return out
}

// bind tells viper where to look for the field and returns where it will find
// it. An empty environment variable counts only for lists, which it empties.
func (f field) bind(v *viper.Viper, file string, from sources) string {
	if from.flags != nil {
		if flag := from.flags.Lookup(flagName(f.key)); flag != nil && flag.Changed {
			v.Set(f.key, flag.Value.String())
			return "flag --" + flag.Name
		}
	}
	name := envName(f.key)
	if s, ok := os.LookupEnv(name); from.env && ok && (s != "" || forms[f.form].list) {
		v.Set(f.key, s)
		return "environment " + name
	}
	if v.Get(f.key) != nil {
		return "file " + file
	}
	return sourceDefault
}

// shown is a value as it may be printed.
func (f field) shown(value any) any {
	if s, ok := value.(string); ok && f.form == "database" {
		return HidePassword(s)
	}
	return value
}

func (f field) set(raw any, source string) []error {
	shape := forms[f.form]
	value, err := shape.readAny(raw)
	advice := "use " + shape.want
	if refused, ok := errors.AsType[*quota.FormError](err); ok && refused.Nearest != "" {
		advice = refused.Hint()
	}
	if d, ok := value.(time.Duration); ok && err == nil && f.min != "" {
		if least, _ := ParseDuration(f.min); d < least {
			err, advice = errShape, advice+", at least "+f.min
		}
	}
	switch {
	case errors.Is(err, errShape):
		return []error{&Error{Key: f.key, Value: fmt.Sprint(f.shown(raw)), Source: source, Advice: advice, Err: ErrValue}}
	case err != nil:
		return []error{&Error{Key: f.key, Value: fmt.Sprint(f.shown(raw)), Source: source, Advice: advice, Err: fmt.Errorf("%w: %w", ErrValue, err)}}
	}
	f.value.Set(reflect.ValueOf(value))
	return nil
}

func unknownKeys(v *viper.Viper, path string) []error {
	known := Keys()
	var out []error
	keys := v.AllKeys()
	slices.Sort(keys)
	for _, key := range keys {
		if slices.Contains(known, key) || (isSection(key, known) && v.Get(key) == nil) {
			continue
		}
		out = append(out, &Error{Key: key, Source: "file " + path, Err: ErrUnknownKey, Advice: adviceFor(key, known)})
	}
	return out
}

func isSection(key string, known []string) bool {
	return slices.ContainsFunc(known, func(k string) bool { return strings.HasPrefix(k, key+".") })
}

func adviceFor(key string, known []string) string {
	if isSection(key, known) {
		return key + " is a section: put its settings below it, indented"
	}
	for k := range slices.Values(known) {
		if section, _, ok := strings.Cut(k, "."); ok && strings.HasPrefix(key, k+".") {
			return k + " takes one value; other settings of " + section + " stand beside it"
		}
	}
	near, far := nearest.Word(key, known)
	if far > max(len(key)/2, 3) {
		return "`seeder config print` shows every setting"
	}
	return "did you mean " + near + "?"
}

// checkEnv refuses environment variables that look like misspelt settings.
func checkEnv() []error {
	known := map[string]string{EnvFile: ""}
	for _, key := range Keys() {
		known[envName(key)] = key
	}
	names := slices.Sorted(maps.Keys(known))
	var out []error
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		if _, ok := known[name]; ok || !strings.HasPrefix(name, EnvPrefix) {
			continue
		}
		if near, far := nearest.Word(name, names); far <= 2 {
			out = append(out, &Error{Key: name, Source: "environment", Err: ErrUnknownKey, Advice: "did you mean " + near + "?"})
		}
	}
	return out
}
