package quota_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"seeder/quota"
)

func TestRatesAreReadAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]quota.Rate{
		"0": 0, "unlimited": 0, "None": 0, "0KiB/s": 0, " 12 ": 12, "262144": 262144,
		"256KiB/s": 256 << 10, "256 kib/s": 256 << 10, "256KIB": 256 << 10, "1 MB/s": 1e6, "1.5MiB/s": 3 << 19, ".5MB": 500_000, "1KB/s": 1000, "1kB/s": 1000,
		"8Mbit/s": 1e6, "8 mbit/s": 1e6, "16kbit/s": 2000, "1Gbit/s": 125e6, "8bit/s": 1, "100Mbps": 12.5e6, "100mbps": 12.5e6,
		"1B/s": 1, "1.9B": 1, "0.5KiB/s": 512, "1TiB/s": quota.MaxRate, "2GB/s": 2e9,
	} {
		got, err := quota.ParseRate(text)
		if err != nil || got != want {
			t.Errorf("%q is read as %d, %v; want %d", text, got, err, want)
		}
	}
}

func TestNonsenseIsNoRate(t *testing.T) {
	for _, text := range []string{
		"", " ", "-1", "-1KiB/s", "+1", "NaN", "nan KiB/s", "Inf", "1e6", "0x10", "1_000", "1,5MB", "1..5MB", ".", ".MB", "5.", "256k", "five", "1M", "1k/s", "1M/s",
		"1Mb/s", "1mb/s", "1kb", "8b/s", "MiB/s", "1 KiB / s", "1KiB/h", "1KiB/s/s", "1/s", "1%", "9 bananas", "1Mbit", "1MBps", "bps", "1bps",
		"1.1TiB/s", "99999999999999999999", "9223372036854775808B/s", "9999999999999GiB/s", "100000000000000000000000000000", "0.0001B/s", "7bit/s",
		"1KiB/s\x00", "1\u00a0MB/s", "１MB/s", strings.Repeat("9", 1<<16),
	} {
		got, err := quota.ParseRate(text)
		var form *quota.FormError
		if !errors.Is(err, quota.ErrForm) || !errors.As(err, &form) || got != 0 {
			t.Errorf("%.40q is read as %d, %v", text, got, err)
			continue
		}
		if form.Value != text || !strings.Contains(err.Error(), "8Mbit/s") || len(err.Error()) > 400 {
			t.Errorf("%.40q: the error does not say what is accepted: %v", text, err)
		}
	}
}

func TestSizes(t *testing.T) {
	for text, want := range map[string]quota.Size{
		"0": 0, "none": 0, "unlimited": 0, "2GiB": 2 << 30, "500MB": 500e6, "500 mb": 500e6, "1.5 KiB": 1536, ".5MB": 500_000, "77": 77, "1TB": 1e12, "1048576TiB": quota.MaxSize,
	} {
		got, err := quota.ParseSize(text)
		if err != nil || got != want {
			t.Errorf("%q is read as %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "-2GiB", "2G", "2GiB/s", "8Mbit", "NaN", "1048577TiB", "99999999TiB", "0.1B", "5%"} {
		if got, err := quota.ParseSize(text); !errors.Is(err, quota.ErrForm) {
			t.Errorf("%q is read as %d, %v", text, got, err)
		}
	}
}

func TestNearestForm(t *testing.T) {
	for text, want := range map[string]string{
		"256k": "256KiB/s", "1MBps": "1MB/s", "1M": "1MiB/s", "1k/s": "1KiB/s", "2 G": "2GiB/s", "1.5MiBps": "1.5MiB/s", "1kb": "1kbit/s or 1KB/s",
		"1Mb/s": "1Mbit/s or 1MB/s", "1Mbit": "1Mbit/s", "10 kbits/sec": "10kbit/s", "5 megabytes": "5MB/s", "8gigabit/s": "8Gbit/s",
		"five": "", "9 bananas": "", "1/s": "", "k": "", "2T": "", "1KiB/h": "", "-1k": "", "": "",
	} {
		_, err := quota.ParseRate(text)
		form, ok := errors.AsType[*quota.FormError](err)
		if !ok || form.Nearest != want {
			t.Errorf("%q: %v, want the nearest form %q", text, err, want)
			continue
		}
		for nearest := range strings.SplitSeq(want, " or ") {
			if _, err := quota.ParseRate(nearest); want != "" && err != nil {
				t.Errorf("%q: %v", text, err)
			}
		}
		if want != "" && !strings.Contains(err.Error(), "did you mean "+want+"?") {
			t.Errorf("%q: the error does not say what is near: %v", text, err)
		}
	}
	for text, want := range map[string]string{"2G": "2GiB", "500 megs": "", "5 gigabytes": "5GB", "20 Gi": "20GiB", "2GiB/s": "2GiB", "8Mbit": "", "9999999T": ""} {
		_, size := quota.ParseSize(text)
		_, free := quota.ParseFree(text)
		for _, err := range []error{size, free} {
			if form, ok := errors.AsType[*quota.FormError](err); !ok || form.Nearest != want {
				t.Errorf("%q: %v, want the nearest form %q", text, err, want)
			}
		}
	}
}

func TestFreeSpaceIsBytesOrAShare(t *testing.T) {
	for text, want := range map[string]quota.Free{
		"0": {}, "none": {}, "0%": {}, "1GiB": {Bytes: 1 << 30}, "5%": {Percent: 5}, "2.5 %": {Percent: 2.5}, "99.9%": {Percent: 99.9},
	} {
		got, err := quota.ParseFree(text)
		if err != nil || got != want {
			t.Errorf("%q is read as %+v, %v; want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "-5%", "100%", "1e1%", "NaN%", "%", "5%%", "5 percent", "1GiB/s"} {
		if got, err := quota.ParseFree(text); !errors.Is(err, quota.ErrForm) {
			t.Errorf("%q is read as %+v, %v", text, got, err)
		}
	}
	if got := (quota.Free{Percent: 5}).Of(2000); got != 100 {
		t.Errorf("5 %% of 2000 bytes are %d", got)
	}
	if got := (quota.Free{Percent: 99.9}).Of(math.MaxInt64); got < math.MaxInt64/1000*998 {
		t.Errorf("99.9 %% of the largest disk are %d bytes", got)
	}
	if got := (quota.Free{Bytes: 7}).Of(2000); got != 7 {
		t.Errorf("7 bytes are %d", got)
	}
}

func TestAmountsArePrintedShort(t *testing.T) {
	for rate, want := range map[quota.Rate]string{
		0: "unlimited", 1: "1B/s", 1000: "1KB/s", 1024: "1KiB/s", 256 << 10: "256KiB/s", 1536 << 10: "1536KiB/s", 1e6: "1MB/s", 20 << 20: "20MiB/s", 1024e3: "1000KiB/s",
	} {
		if got := rate.String(); got != want {
			t.Errorf("%d is printed as %s, want %s", int64(rate), got, want)
		}
	}
	if got := quota.Size(0).String(); got != "none" {
		t.Errorf("no cap is printed as %s", got)
	}
}

func TestWhatIsPrintedIsReadAsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := quota.Rate(rapid.Int64Range(0, int64(quota.MaxRate)).Draw(t, "rate"))
		if got, err := quota.ParseRate(r.String()); err != nil || got != r {
			t.Errorf("%d is printed as %s and read as %d, %v", int64(r), r, int64(got), err)
		}
		s := quota.Size(rapid.Int64Range(0, int64(quota.MaxSize)).Draw(t, "size"))
		if got, err := quota.ParseSize(s.String()); err != nil || got != s {
			t.Errorf("%d is printed as %s and read as %d, %v", int64(s), s, int64(got), err)
		}
		f := quota.Free{Percent: float64(rapid.IntRange(0, 99999).Draw(t, "thousandths")) / 1000}
		if got, err := quota.ParseFree(f.String()); err != nil || got != f {
			t.Errorf("%v is printed as %s and read as %v, %v", f.Percent, f, got, err)
		}
	})
}

func FuzzUnits(f *testing.F) {
	for _, seed := range []string{"256KiB/s", "1 MB/s", "8Mbit/s", "0", "none", "5%", "1.5GiB", "-1", "NaN", "1e9", "9999999TiB", "100mbps"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if r, err := quota.ParseRate(text); err == nil {
			if got, err := quota.ParseRate(r.String()); err != nil || got != r || r < 0 || r > quota.MaxRate {
				t.Errorf("%q: %d is printed as %s and read as %d, %v", text, int64(r), r, int64(got), err)
			}
		}
		if s, err := quota.ParseSize(text); err == nil {
			if got, err := quota.ParseSize(s.String()); err != nil || got != s || s < 0 || s > quota.MaxSize {
				t.Errorf("%q: %d is printed as %s and read as %d, %v", text, int64(s), s, int64(got), err)
			}
		}
		if free, err := quota.ParseFree(text); err == nil {
			if got, err := quota.ParseFree(free.String()); err != nil || got != free || free.Of(1<<60) < 0 || free.Of(1<<60) > 1<<60 {
				t.Errorf("%q: %+v is printed as %s and read as %+v, %v", text, free, free, got, err)
			}
		}
	})
}
