package crew

import "strings"

// Reason is the line of a worker's last words that tells why the Go runtime ended
// it, empty where there is none.
func (e End) Reason() string {
	lines := strings.Split(e.Words, "\n")
	for i, line := range lines {
		for _, start := range []string{"fatal error: ", "panic: ", "SIG", "runtime: "} {
			if !strings.HasPrefix(line, start) {
				continue
			}
			if i+1 < len(lines) && strings.HasPrefix(lines[i+1], "[signal ") {
				line += " " + lines[i+1]
			}
			return line
		}
	}
	return ""
}
