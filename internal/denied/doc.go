// Package denied has tests meet what they may not do, also where they run as root.
package denied
