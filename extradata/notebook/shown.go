package notebook

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/apache/arrow-go/v18/arrow"

	"extrapasha/extradata"
	"extrapasha/extradata/detector"
	"extrapasha/extradata/draw"
	"extrapasha/extradata/picture"
	psh "extrapasha/pasha"
)

// drawn is what has a picture, such as a scan.
type drawn interface {
	Picture() (*picture.Picture, error)
}

// shownOf finds the forms of a value.
func shownOf(value any, labels picture.Labels) (shown, error) {
	switch v := value.(type) {
	case *extradata.DataCollection:
		return runShown(v)
	case *extradata.SourceData:
		return sourceShown(v)
	case *extradata.KeyData:
		return keyShown(v)
	case *detector.Detector:
		return detectorShown(v)
	case []extradata.Missing:
		return missingShown(v)
	case arrow.RecordBatch:
		return tableShown(v)
	case *picture.Picture:
		return pictureShown("", v, nil)
	case drawn:
		p, err := v.Picture()
		before := ""
		if named, ok := value.(fmt.Stringer); ok {
			before = named.String()
		}
		return pictureShown(before, p, err)
	}
	if key, ok := typedKey(value); ok {
		return keyShown(key)
	}
	if s, err, ok := framesShown(value); ok {
		return s, err
	}
	if a, ok := arrayOf(value); ok {
		p, err := a.picture(labels)
		var undrawn *undrawnError
		if errors.As(err, &undrawn) {
			return shown{text: a.text()}, nil
		}
		return pictureShown(a.text(), p, err)
	}
	return shown{text: fmt.Sprint(value)}, nil
}

// pictureShown is a picture, with a text before its own.
func pictureShown(before string, p *picture.Picture, err error) (shown, error) {
	if err != nil {
		return shown{}, err
	}
	png, err := p.PNG()
	s := shown{text: p.String(), png: png}
	if before != "" {
		s.text = before + "\n" + s.text
	}
	return s, err
}

func keyShown(key *extradata.KeyData) (shown, error) {
	p, err := draw.Key(key, nil, psh.Progress("adding up"))
	var none *extradata.NoDataError
	if errors.As(err, &none) {
		return shown{text: key.String()}, nil
	}
	return pictureShown(key.String(), p, err)
}

// typedKey is the key of any type in a value.
func typedKey(value any) (*extradata.KeyData, bool) {
	v := reflect.ValueOf(value)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return nil, false
	}
	if embedded := v.Elem().FieldByName("KeyData"); embedded.IsValid() && embedded.CanInterface() {
		key, ok := embedded.Interface().(*extradata.KeyData)
		return key, ok
	}
	return nil, false
}

func detectorShown(det *detector.Detector) (shown, error) {
	frames, err := detector.Frames[float32](det, det.DataKey())
	if err != nil {
		return shown{}, err
	}
	return together(det.String(), frames)
}

// framesShown are the frames of a detector, in one of the types that they are mostly read
// in.
func framesShown(value any) (s shown, err error, ok bool) {
	switch v := value.(type) {
	case *detector.FramesOf[float32]:
		s, err = together("", v)
	case *detector.FramesOf[float64]:
		s, err = together("", v)
	case *detector.FramesOf[uint16]:
		s, err = together("", v)
	default:
		return s, nil, false
	}
	return s, err, true
}

func together[T psh.Number](before string, frames *detector.FramesOf[T]) (shown, error) {
	det := frames.Detector()
	g, err := det.UsualGeometry()
	if err != nil {
		return shown{}, err
	}
	title := fmt.Sprintf("%s: mean of %d frames (usual geometry)", det.Name(), frames.Len())
	p, err := draw.Detector(frames, g, title, psh.Progress("modules"))
	return pictureShown(before, p, err)
}

func missingShown(list []extradata.Missing) (shown, error) {
	if len(list) == 0 {
		return shown{text: "no source misses any train"}, nil
	}
	p, err := draw.Missing(list, "Missing data")
	return pictureShown("", p, err)
}
