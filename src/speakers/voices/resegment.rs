//! Who speaks in each stretch, all stretches and voices considered together.
//!
//! Clustering joins for good, best pair first, so that early mistakes stay. Here voices are states of a hidden Markov model
//! whose own places are uncertain: in turn the stretches are shared out among the voices (forward and backward), and the
//! voices are placed by their stretches. A voice that hardly anything belongs to loses the rest as well: this finds the
//! number of voices a second time (Diez, Burget and Matejka, "Speaker diarization based on Bayesian HMM with eigenvoice
//! priors", 2018; points in place of frames as in Landini et al., "Bayesian HMM clustering of x-vector sequences", 2022).

use super::points::{Bunch, Points};

/// How likely it is that the voice of a stretch goes on in the next one, where nothing else is known.
const GOES_ON: f64 = 0.9;
/// Rounds, at most, and the change of a share that ends them.
const ROUNDS: usize = 20;
const SETTLED: f64 = 1e-3;

/// What is known beforehand of who speaks in the stretches, from elsewhere than their sound.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    /// How likely each stretch's voice goes on in the next one, a number for each stretch but the last.
    pub goes_on: Vec<f64>,
    /// By what the odds of each voice are multiplied in each stretch: a row a stretch, a number a voice.
    pub odds: Vec<Vec<f64>>,
}

impl Expected {
    /// Nothing is known.
    pub fn nothing(stretches: usize, voices: usize) -> Expected {
        Expected { goes_on: vec![GOES_ON; stretches.saturating_sub(1)], odds: vec![vec![1.0; voices]; stretches] }
    }
}

/// How probable each voice is in each stretch: a row a stretch, which sums to 1. `voices` lists the stretches that each
/// voice is taken to have to begin with.
pub fn resegment(points: &Points, voices: &[Vec<usize>], expected: &Expected) -> Vec<Vec<f64>> {
    let mut shares = vec![vec![0.0; voices.len()]; points.len()];
    for (voice, stretches) in voices.iter().enumerate() {
        stretches.iter().for_each(|&stretch| shares[stretch][voice] = 1.0);
    }
    let mut frequency = vec![1.0 / voices.len().max(1) as f64; voices.len()];
    for _ in 0..ROUNDS {
        let scores = scores(points, &place(points, &shares));
        let (next, entered) = share_out(&scores, &frequency, expected);
        let change =
            |(a, b): (&Vec<f64>, &Vec<f64>)| a.iter().zip(b).fold(0.0f64, |most, (a, b)| most.max((a - b).abs()));
        let most = next.iter().zip(&shares).map(change).fold(0.0, f64::max);
        (shares, frequency) = (next, entered);
        if most < SETTLED {
            break;
        }
    }
    shares
}

/// Where a voice lies, and the variance of that, in every dimension.
struct Placed {
    mean: Vec<f64>,
    variance: Vec<f64>,
}

fn place(points: &Points, shares: &[Vec<f64>]) -> Vec<Placed> {
    let voices = shares.first().map_or(0, Vec::len);
    let mut bunches = vec![Bunch::none(points.between.len()); voices];
    for (at, shares) in shares.iter().enumerate() {
        let bunch = points.bunch(at);
        // What hardly belongs to a voice moves it by nothing that matters.
        for (voice, &share) in shares.iter().enumerate().filter(|(_, share)| **share > 1e-6) {
            bunches[voice].weight += share * bunch.weight;
            bunches[voice].sum.iter_mut().zip(&bunch.sum).for_each(|(sum, value)| *sum += share * value);
        }
    }
    let placed = |bunch: Bunch| {
        let variance: Vec<f64> =
            points.between.iter().map(|&b| f64::from(b) / (1.0 + bunch.weight * f64::from(b))).collect();
        Placed { mean: bunch.sum.iter().zip(&variance).map(|(sum, variance)| sum * variance).collect(), variance }
    };
    bunches.into_iter().map(placed).collect()
}

/// How well each voice explains each stretch, in nats, but for what all voices have in common.
fn scores(points: &Points, voices: &[Placed]) -> Vec<Vec<f64>> {
    let offset = |voice: &Placed| -> f64 {
        voice.mean.iter().zip(&voice.variance).map(|(mean, variance)| 0.5 * (mean * mean + variance)).sum()
    };
    let offsets: Vec<f64> = voices.iter().map(offset).collect();
    let of = |at: usize| {
        let place = &points.places[at];
        let score = |(voice, offset): (&Placed, &f64)| {
            let likeness: f64 = place.iter().zip(&voice.mean).map(|(&value, mean)| f64::from(value) * mean).sum();
            f64::from(points.weights[at]) * (likeness - offset)
        };
        voices.iter().zip(&offsets).map(score).collect()
    };
    (0..points.len()).map(of).collect()
}

/// The probability of each voice in each stretch, and how often each is begun with, as a share of all beginnings.
fn share_out(scores: &[Vec<f64>], frequency: &[f64], expected: &Expected) -> (Vec<Vec<f64>>, Vec<f64>) {
    let likely: Vec<Vec<f64>> =
        scores.iter().zip(&expected.odds).map(|(scores, odds)| likelihoods(scores, odds)).collect();
    let before = forward(&likely, frequency, &expected.goes_on);
    let mut shares = before.clone();
    let mut entered = vec![0.0; frequency.len()];
    let mut after = vec![1.0; frequency.len()];
    for at in (0..scores.len().saturating_sub(1)).rev() {
        let next: Vec<f64> = likely[at + 1].iter().zip(&after).map(|(likely, after)| likely * after).collect();
        let goes_on = expected.goes_on[at];
        let anew: f64 = (1.0 - goes_on) * next.iter().zip(frequency).map(|(next, f)| next * f).sum::<f64>();
        let backward: Vec<f64> = next.iter().map(|next| goes_on * next + anew).collect();
        let all: f64 = before[at].iter().zip(&backward).map(|(before, backward)| before * backward).sum();
        for voice in 0..frequency.len() {
            shares[at][voice] = before[at][voice] * backward[voice] / all;
            entered[voice] += (1.0 - goes_on) * frequency[voice] * next[voice] / all;
        }
        let most = backward.iter().fold(f64::MIN_POSITIVE, |most, &value| most.max(value));
        after = backward.iter().map(|value| value / most).collect();
    }
    if let Some(first) = shares.first() {
        entered.iter_mut().zip(first).for_each(|(entered, share)| *entered += share);
    }
    normalise(&mut entered);
    (shares, entered)
}

/// The probability of each voice in each stretch by what comes before it and in it.
fn forward(likely: &[Vec<f64>], frequency: &[f64], goes_on: &[f64]) -> Vec<Vec<f64>> {
    let mut rows: Vec<Vec<f64>> = Vec::with_capacity(likely.len());
    for (at, likely) in likely.iter().enumerate() {
        let expected = |voice: usize| match rows.last() {
            Some(last) => goes_on[at - 1] * last[voice] + (1.0 - goes_on[at - 1]) * frequency[voice],
            None => frequency[voice],
        };
        let mut row: Vec<f64> = likely.iter().enumerate().map(|(voice, likely)| expected(voice) * likely).collect();
        normalise(&mut row);
        rows.push(row);
    }
    rows
}

/// Likelihoods against the best, none of them zero: a voice must be able to come back.
fn likelihoods(scores: &[f64], odds: &[f64]) -> Vec<f64> {
    let most = scores.iter().copied().fold(f64::MIN, f64::max);
    scores.iter().zip(odds).map(|(score, odds)| ((score - most).exp() * odds).max(1e-200)).collect()
}

fn normalise(row: &mut [f64]) {
    let sum: f64 = row.iter().sum();
    if sum > 0.0 {
        row.iter_mut().for_each(|value| *value /= sum);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(places: &[f32]) -> Points {
        Points {
            places: places.iter().map(|&place| vec![place]).collect(),
            weights: vec![1.0; places.len()],
            between: vec![25.0],
        }
    }

    fn heard(places: &[f32], voices: &[Vec<usize>]) -> Vec<Vec<f64>> {
        resegment(&points(places), voices, &Expected::nothing(places.len(), voices.len()))
    }

    #[test]
    fn what_is_expected_decides_where_the_sound_does_not() {
        let places = [4.0, 4.0, 0.1, -4.0, -4.0];
        let mut expected = Expected::nothing(places.len(), 2);
        expected.odds[2] = vec![0.1, 0.9];
        let shares = resegment(&points(&places), &[vec![0, 1, 2], vec![3, 4]], &expected);
        assert!(shares[2][1] > 0.8, "{shares:?}");
    }

    #[test]
    fn a_stretch_on_the_wrong_side_goes_over() {
        let shares = heard(&[4.0, 4.1, 3.9, -4.0, -4.2, -3.8], &[vec![0, 1, 2, 3], vec![4, 5]]);
        assert!(shares[3][1] > 0.99 && shares[2][0] > 0.99, "{shares:?}");
    }

    #[test]
    fn what_goes_before_and_after_decides_where_a_stretch_does_not() {
        let shares = heard(&[4.0, 4.0, 0.1, 4.0, -4.0, -4.0, -4.0], &[vec![0, 1, 3], vec![2, 4, 5, 6]]);
        assert!(shares[2][0] > 0.8, "{shares:?}");
        shares.iter().for_each(|row| assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-9));
    }
}
