package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

func TestPrintf(t *testing.T) {
	var out, errs bytes.Buffer
	c := &cobra.Command{Use: "tool"}
	c.SetOut(&out)
	c.SetErr(&errs)
	Printf(c, "%s\t%v %d\n", "a\x1bb", errors.New("c\nd"), 3)
	Warnf(c, "%s: %v", "a\x1bb", errors.New("c\nd"))
	if want := `a\x1bb` + "\t" + `c\nd 3` + "\n"; out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
	if want := `tool: a\x1bb: c\nd` + "\n"; errs.String() != want {
		t.Errorf("%q, want %q", errs.String(), want)
	}
}

func TestPrintJSON(t *testing.T) {
	var out bytes.Buffer
	c := &cobra.Command{Use: "tool"}
	c.SetOut(&out)
	value := map[string]string{"name": "\x1b[2J\u009b31m\u202e\x7f\n\U000e0041 μ \"\\\u2028"}
	if err := PrintJSON(c, value); err != nil {
		t.Fatal(err)
	}
	if text := out.String(); strings.ContainsAny(text, "\x1b\u009b\u202e\x7f\U000e0041\u2028") || !strings.Contains(text, "μ") || strings.Count(text, "\n") != 3 {
		t.Errorf("printed %q", text)
	}
	var got map[string]string
	if err := json.Unmarshal(out.Bytes(), &got); err != nil || got["name"] != value["name"] {
		t.Errorf("%q, %v; want %q", got, err, value)
	}
}
