package format

import (
	"fmt"
	"slices"
	"strings"
)

// LinkKind is how a link leads to an object.
type LinkKind uint8

// The kinds of links.
const (
	Hard    LinkKind = iota // to the object itself
	Soft                    // to a path in the same file
	Outside                 // to a path in another file
	Unknown                 // of a kind that only their makers know
)

// Link is an entry of a group.
type Link struct {
	Name   string
	Kind   LinkKind
	Header uint64 // address of the object's header
	// Target is the path that a soft link or one to another file leads to, File
	// the other file.
	Target, File string
}

// linkLimit is how many links a group may have.
const linkLimit = 1 << 22

// Links lists the links of the group whose header is at an address, by name.
func (f *File) Links(header uint64) ([]Link, error) {
	if links, ok := f.groups.Load(header); ok {
		return links.([]Link), nil
	}
	m := f.look()
	defer m.done()
	links, err := m.links(header)
	if err != nil {
		return nil, err
	}
	f.groups.Store(header, links)
	return links, nil
}

func (m *image) links(header uint64) (links []Link, err error) {
	messages, err := m.header(header)
	if err != nil {
		return nil, err
	}
	table, ok, err := m.find(messages, symbolsMessage)
	switch {
	case err != nil:
	case ok:
		links, err = m.symbols(table)
	case kindOf(messages) != Group:
		err = fmt.Errorf("%w: not a group", ErrNoObject)
	default:
		links, err = m.newLinks(messages)
	}
	if err != nil {
		return nil, err
	}
	if len(links) > linkLimit {
		return nil, corrupt("a group of %d links", len(links))
	}
	slices.SortFunc(links, func(a, b Link) int { return strings.Compare(a.Name, b.Name) })
	for i := 1; i < len(links); i++ {
		if links[i].Name == links[i-1].Name {
			return nil, corrupt("a group with two links %q", links[i].Name)
		}
	}
	return links, nil
}

// Link is the link of that name in a group, not ok where there is none.
func (f *File) link(header uint64, name string) (link Link, ok bool, err error) {
	links, err := f.Links(header)
	i, ok := slices.BinarySearchFunc(links, name, func(l Link, name string) int { return strings.Compare(l.Name, name) })
	if err != nil || !ok {
		return Link{}, false, err
	}
	return links[i], true, nil
}

// Root is the address of the root group's header.
func (f *File) Root() uint64 { return f.root }

// hopLimit is how many soft links may be on the way to an object.
const hopLimit = 32

// Find follows a path to an object: to the address of its header, or to a link to
// another file, whose Target then is all of the path that is left. The error wraps
// [ErrNoObject] where the path leads nowhere.
func (f *File) Find(path string) (Link, error) { return f.find(path, true) }

// FindLink follows a path up to its last link, which is given as it is.
func (f *File) FindLink(path string) (Link, error) { return f.find(path, false) }

func (f *File) find(path string, last bool) (Link, error) {
	here := make([]Link, 1, 8) // the way back up, for relative links
	here[0].Header = f.root
	names := split(path)
	for hops := 0; len(names) > 0; {
		group := here[len(here)-1]
		link, ok, err := f.link(group.Header, names[0])
		switch {
		case err != nil:
			return Link{}, fmt.Errorf("%s: %w", path, err)
		case !ok || link.Kind == Unknown:
			return Link{}, fmt.Errorf("%w: nothing at %s", ErrNoObject, path)
		}
		names = names[1:]
		switch {
		case !last && len(names) == 0:
			return link, nil
		case link.Kind == Outside:
			link.Target = strings.Join(append([]string{link.Target}, names...), "/")
			return link, nil
		case link.Kind == Soft:
			if hops++; hops > hopLimit {
				return Link{}, fmt.Errorf("%w: soft links in circles at %s", ErrNoObject, path)
			}
			names = append(split(link.Target), names...)
			if strings.HasPrefix(link.Target, "/") {
				here = here[:1]
			}
		default:
			here = append(here, link)
		}
	}
	return here[len(here)-1], nil
}

// split cuts a path into the names on the way.
func split(path string) []string {
	return slices.DeleteFunc(strings.Split(path, "/"), func(name string) bool { return name == "" || name == "." })
}

// nestingLimit is how deep groups may be nested.
const nestingLimit = 256

// Walk visits the objects below the group whose header is at an address, with their
// paths relative to it, by name, each once. Links other than hard ones are not
// followed.
func (f *File) Walk(header uint64, visit func(path string, kind Kind, header uint64) error) error {
	w := walk{file: f, visit: visit, seen: map[uint64]bool{header: true}}
	return w.group(header, "", 0)
}

type walk struct {
	file  *File
	visit func(path string, kind Kind, header uint64) error
	seen  map[uint64]bool
}

func (w *walk) group(header uint64, prefix string, depth int) error {
	if depth > nestingLimit {
		return corrupt("groups nested deeper than %d", nestingLimit)
	}
	links, err := w.file.Links(header)
	if err != nil {
		return err
	}
	for _, link := range links {
		if link.Kind != Hard || w.seen[link.Header] {
			continue
		}
		w.seen[link.Header] = true
		kind, err := w.file.Kind(link.Header)
		if err != nil {
			return fmt.Errorf("%s%s: %w", prefix, link.Name, err)
		}
		if err := w.visit(prefix+link.Name, kind, link.Header); err != nil {
			return err
		}
		if kind == Group {
			if err := w.group(link.Header, prefix+link.Name+"/", depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}
