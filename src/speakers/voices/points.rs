//! Stretches as points in a space of voices.
//!
//! This is all that clustering sees. Whatever turns a stretch of speech into such a point may take the place of the
//! eigenvoices, a neural network's embedding among them, once its space is scaled in the same way.

/// The points of a recording's stretches, in a space scaled so that those of one voice lie around it with variance 1 in
/// every dimension.
#[derive(Clone, Debug, Default)]
pub struct Points {
    /// A point a stretch, in the order of time.
    pub places: Vec<Vec<f32>>,
    /// How much each counts for, 0 to 1: 1 where a stretch was long enough to tell all that one stretch tells.
    pub weights: Vec<f32>,
    /// The variance between voices in each dimension.
    pub between: Vec<f32>,
}

/// Some points that are taken to be of one voice: what they weigh, and their weighted sum.
#[derive(Clone, Debug)]
pub(super) struct Bunch {
    pub weight: f64,
    pub sum: Vec<f64>,
}

impl Points {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Moves the points so that the recording's average lies at zero: what all of its voices have in common is the
    /// microphone and the room.
    pub(super) fn centre(&mut self) {
        let mut mean = Bunch::none(self.between.len());
        (0..self.len()).for_each(|at| mean.add(&self.bunch(at)));
        for place in &mut self.places {
            place.iter_mut().zip(&mean.sum).for_each(|(value, sum)| *value -= (sum / mean.weight.max(1e-9)) as f32);
        }
    }

    /// A point alone.
    pub(super) fn bunch(&self, at: usize) -> Bunch {
        let weight = f64::from(self.weights[at]);
        Bunch { weight, sum: self.places[at].iter().map(|&value| weight * f64::from(value)).collect() }
    }
}

impl Bunch {
    pub(super) fn none(dims: usize) -> Bunch {
        Bunch { weight: 0.0, sum: vec![0.0; dims] }
    }

    pub(super) fn add(&mut self, other: &Bunch) {
        self.weight += other.weight;
        self.sum.iter_mut().zip(&other.sum).for_each(|(sum, value)| *sum += value);
    }

    /// How well one voice explains the points, in nats, but for what every explanation of them has in common.
    ///
    /// Of all voices, distributed as `between` says, and with the points around theirs with variance 1: the logarithm of
    /// the integral over the voice, in closed form.
    pub(super) fn evidence(&self, between: &[f32]) -> f64 {
        let dim = |(sum, &between): (&f64, &f32)| {
            let known = 1.0 + self.weight * f64::from(between);
            0.5 * (sum * sum * f64::from(between) / known - known.ln())
        };
        self.sum.iter().zip(between).map(dim).sum()
    }

    /// The same of this bunch and another together.
    pub(super) fn evidence_with(&self, other: &Bunch, between: &[f32]) -> f64 {
        let weight = self.weight + other.weight;
        let dim = |((a, b), &between): ((&f64, &f64), &f32)| {
            let known = 1.0 + weight * f64::from(between);
            let sum = a + b;
            (sum * sum * f64::from(between) / known, known)
        };
        let (mut squares, mut logs, mut product) = (0.0, 0.0, 1.0f64);
        for (at, (square, known)) in self.sum.iter().zip(&other.sum).zip(between).map(dim).enumerate() {
            squares += square;
            product *= known;
            // Logarithms are slow: one for eight dimensions, long before a product overflows.
            if at % 8 == 7 {
                logs += product.ln();
                product = 1.0;
            }
        }
        0.5 * (squares - logs - product.ln())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_voice_explains_what_lies_together_better_than_two() {
        let points = Points {
            places: vec![vec![3.0, 0.5], vec![2.8, 0.1], vec![-3.0, 0.0]],
            weights: vec![1.0; 3],
            between: vec![9.0, 0.5],
        };
        let gain = |a: usize, b: usize| {
            let (a, b) = (points.bunch(a), points.bunch(b));
            let between = &points.between;
            a.evidence_with(&b, between) - a.evidence(between) - b.evidence(between)
        };
        assert!(gain(0, 1) > 0.0 && gain(0, 2) < 0.0, "{} {}", gain(0, 1), gain(0, 2));
    }

    #[test]
    fn evidence_is_the_same_in_one_go() {
        let points = Points {
            places: vec![(0..19).map(|at| at as f32 / 7.0).collect(), vec![0.3; 19]],
            weights: vec![0.7, 1.0],
            between: (0..19).map(|at| 5.0 / (at + 1) as f32).collect(),
        };
        let mut both = points.bunch(0);
        both.add(&points.bunch(1));
        let at_once = points.bunch(0).evidence_with(&points.bunch(1), &points.between);
        assert!((at_once - both.evidence(&points.between)).abs() < 1e-9);
    }
}
