//go:build unix

package regular

import "golang.org/x/sys/unix"

// atOnce opens without waiting for anybody, and without taking a terminal.
const atOnce = unix.O_NONBLOCK | unix.O_CLOEXEC | unix.O_NOCTTY
