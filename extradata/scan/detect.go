package scan

import "math"

// stretch is readings one after the other.
type stretch struct{ from, to int }

// guessResolution is half of a typical movement between two readings, of the middle half
// of them, where there is less to be seen of the way to the start. Movements weigh as much
// as they are long, since most are noise. It is NaN where nothing moves.
func guessResolution(readings []float64) float64 {
	cut := len(readings) / 4
	readings = readings[cut : len(readings)-cut]
	var moves []float64
	for i := 1; i < len(readings); i++ {
		if move := readings[i] - readings[i-1]; move != 0 && !math.IsNaN(move) {
			moves = append(moves, move)
		}
	}
	mean, spread := meanOf(moves), spreadOf(moves)
	sum, squares := 0.0, 0.0
	for _, move := range moves {
		if mean-2*spread <= move && move <= mean+2*spread {
			sum, squares = sum+move, squares+move*move
		}
	}
	if sum == 0 {
		return math.NaN()
	}
	return math.Abs(squares/sum) / 2
}

// still divides the readings into stretches that stay as near to their first reading as
// the resolution.
func (s *Scan) still() (steps []stretch) {
	for i, x := range s.readings {
		if n := len(steps); n > 0 {
			if first := s.readings[steps[n-1].from]; first-s.Resolution < x && x < first+s.Resolution {
				steps[n-1].to = i + 1
				continue
			}
		}
		steps = append(steps, stretch{i, i + 1})
	}
	return steps
}

// guessMinTrains is half of the mean length of steps of more than one train.
func guessMinTrains(steps []stretch) int {
	trains, n := 0, 0
	for _, step := range steps {
		if length := step.to - step.from; length > 1 {
			trains, n = trains+length, n+1
		}
	}
	if n == 0 {
		return 2
	}
	return max(2, trains/n/2)
}

// filter is a step without what is far from its mean at either end, and how many trains
// are near.
func (s *Scan) filter(step stretch) (near stretch, left int) {
	readings := s.readings[step.from:step.to]
	mean, most := meanOf(readings), s.Filter*spreadOf(readings)
	for i, x := range readings {
		if mean-most <= x && x <= mean+most {
			if left == 0 {
				near.from = step.from + i
			}
			near.to = step.from + i + 1
			left++
		}
	}
	return near, left
}

// meanOf is that of the numbers among some.
func meanOf(values []float64) float64 {
	sum, n := 0.0, 0
	for _, x := range values {
		if !math.IsNaN(x) {
			sum, n = sum+x, n+1
		}
	}
	return sum / float64(n)
}

// spreadOf is the standard deviation of the numbers among some.
func spreadOf(values []float64) float64 {
	mean, squares, n := meanOf(values), 0.0, 0
	for _, x := range values {
		if !math.IsNaN(x) {
			squares, n = squares+(x-mean)*(x-mean), n+1
		}
	}
	return math.Sqrt(squares / float64(n))
}

func sign(x float64) int {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}
