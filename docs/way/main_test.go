package main

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
)

// TestPicture compares the picture that is shown with the one that is drawn now.
func TestPicture(t *testing.T) {
	shown, err := os.ReadFile("../way.svg")
	if err != nil {
		t.Fatal(err)
	}
	if string(shown) != picture() {
		t.Error("docs/way.svg is not what go run ./docs/way draws")
	}
	for decoder := xml.NewDecoder(strings.NewReader(picture())); ; {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}
