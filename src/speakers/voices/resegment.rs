//! Who speaks in each stretch, all stretches and voices considered together.
//!
//! Clustering joins for good, best pair first, so that early mistakes stay. Here voices are states of a hidden Markov model
//! whose own places are uncertain: in turn the stretches are shared out among the voices (forward and backward), and the
//! voices are placed by their stretches. A voice that hardly anything belongs to loses the rest as well: this finds the
//! number of voices a second time (Diez, Burget and Matejka, "Speaker diarization based on Bayesian HMM with eigenvoice
//! priors", 2018; points in place of frames as in Landini et al., "Bayesian HMM clustering of x-vector sequences", 2022).

use super::points::{Bunch, Points};

/// How likely it is that the voice of a stretch goes on in the next one.
const GOES_ON: f64 = 0.9;
/// Rounds, at most, and the change of a share that ends them.
const ROUNDS: usize = 20;
const SETTLED: f64 = 1e-3;

/// How probable each voice is in each stretch: a row a stretch, which sums to 1. `voices` lists the stretches that each
/// voice is taken to have to begin with.
pub(super) fn resegment(points: &Points, voices: &[Vec<usize>]) -> Vec<Vec<f64>> {
    let mut shares = vec![vec![0.0; voices.len()]; points.len()];
    for (voice, stretches) in voices.iter().enumerate() {
        stretches.iter().for_each(|&stretch| shares[stretch][voice] = 1.0);
    }
    let mut frequency = vec![1.0 / voices.len().max(1) as f64; voices.len()];
    for _ in 0..ROUNDS {
        let scores = scores(points, &place(points, &shares));
        let (next, entered) = share_out(&scores, &frequency);
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
fn share_out(scores: &[Vec<f64>], frequency: &[f64]) -> (Vec<Vec<f64>>, Vec<f64>) {
    let likely: Vec<Vec<f64>> = scores.iter().map(|row| likelihoods(row)).collect();
    let before = forward(&likely, frequency);
    let mut shares = before.clone();
    let mut entered = vec![0.0; frequency.len()];
    let mut after = vec![1.0; frequency.len()];
    for at in (0..scores.len().saturating_sub(1)).rev() {
        let next: Vec<f64> = likely[at + 1].iter().zip(&after).map(|(likely, after)| likely * after).collect();
        let anew: f64 = (1.0 - GOES_ON) * next.iter().zip(frequency).map(|(next, f)| next * f).sum::<f64>();
        let backward: Vec<f64> = next.iter().map(|next| GOES_ON * next + anew).collect();
        let all: f64 = before[at].iter().zip(&backward).map(|(before, backward)| before * backward).sum();
        for voice in 0..frequency.len() {
            shares[at][voice] = before[at][voice] * backward[voice] / all;
            entered[voice] += (1.0 - GOES_ON) * frequency[voice] * next[voice] / all;
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
fn forward(likely: &[Vec<f64>], frequency: &[f64]) -> Vec<Vec<f64>> {
    let mut rows: Vec<Vec<f64>> = Vec::with_capacity(likely.len());
    for likely in likely {
        let expected = |voice: usize| match rows.last() {
            Some(last) => GOES_ON * last[voice] + (1.0 - GOES_ON) * frequency[voice],
            None => frequency[voice],
        };
        let mut row: Vec<f64> = likely.iter().enumerate().map(|(voice, likely)| expected(voice) * likely).collect();
        normalise(&mut row);
        rows.push(row);
    }
    rows
}

/// Likelihoods against the best, none of them zero: a voice must be able to come back.
fn likelihoods(scores: &[f64]) -> Vec<f64> {
    let most = scores.iter().copied().fold(f64::MIN, f64::max);
    scores.iter().map(|score| (score - most).exp().max(1e-200)).collect()
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

    #[test]
    fn a_stretch_on_the_wrong_side_goes_over() {
        let shares = resegment(&points(&[4.0, 4.1, 3.9, -4.0, -4.2, -3.8]), &[vec![0, 1, 2, 3], vec![4, 5]]);
        assert!(shares[3][1] > 0.99 && shares[2][0] > 0.99, "{shares:?}");
    }

    #[test]
    fn what_goes_before_and_after_decides_where_a_stretch_does_not() {
        let shares = resegment(&points(&[4.0, 4.0, 0.1, 4.0, -4.0, -4.0, -4.0]), &[vec![0, 1, 3], vec![2, 4, 5, 6]]);
        assert!(shares[2][0] > 0.8, "{shares:?}");
        shares.iter().for_each(|row| assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-9));
    }
}
