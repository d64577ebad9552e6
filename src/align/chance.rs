//! Whether a text sounds right where it was laid, or would anywhere.
//!
//! A text of a few words finds likeness enough in any recording, and a longer one somewhere in a long recording, whatever
//! it says. How much, its own words tell when they are looked for in another order: what that decoy reaches, the text
//! reaches by chance.

use super::confidence;
use super::graph::{Graph, ScriptWord};
use super::path::Path;
use super::seed::hear::Ratios;

/// The words of a text from the last to the first, its marks where they were: as long, with sounds as frequent, and
/// spoken by nobody.
pub fn decoy(graph: &Graph) -> Graph {
    let words = graph.words();
    let backwards = (0..words).rev().map(|word| graph.phones(word));
    let marks = (1..=words).map(|junction| graph.mark_before(junction));
    Graph::new(backwards.zip(marks).map(|(readings, mark)| ScriptWord { readings, mark }))
}

/// What the sentences of a text reach of the best phones' score on the average.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reached {
    /// Those that go unspoken nothing.
    pub all: f32,
    /// Of those that are spoken.
    pub spoken: f32,
}

/// What a text reaches on a path.
pub fn reached(graph: &Graph, path: &Path, ratios: &Ratios) -> Reached {
    let sentences = confidence::of_sentences(graph, path, ratios);
    let (sum, spoken) = (sentences.iter().flatten().sum::<f32>(), sentences.iter().flatten().count());
    Reached { all: sum / sentences.len() as f32, spoken: sum / spoken.max(1) as f32 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::fixtures::{graph, path_of};
    use crate::align::graph::Mark;

    #[test]
    fn a_decoy_says_the_same_words_from_the_last_to_the_first() {
        let decoy = decoy(&graph("n-i h-ao, d-e sh-i. m-a"));
        let pdfs = |graph: &Graph| graph.pdfs.clone();
        assert_eq!(pdfs(&decoy), pdfs(&graph("m-a sh-i d-e h-ao n-i")));
        assert_eq!([0, 1, 2, 3, 4].map(|junction| decoy.mark_before(junction)), {
            [Mark::Sentence, Mark::None, Mark::Clause, Mark::None, Mark::Sentence]
        });
    }

    #[test]
    fn what_goes_unspoken_reaches_nothing() {
        let graph = graph("n-i h-ao. m-a.");
        let both = path_of(&graph, &[0..20, 20..40, 50..60], 70);
        let ratios = Ratios::of_pdfs(both.steps().map(|step| step.pdf(&graph)));
        assert_eq!(reached(&graph, &both, &ratios), Reached { all: 1.0, spoken: 1.0 });
        let one = path_of(&graph, &[0..20, 20..40, 40..40], 70);
        assert_eq!(reached(&graph, &one, &ratios), Reached { all: 0.5, spoken: 1.0 });
        let none = path_of(&graph, &[0..0, 0..0, 0..0], 70);
        assert_eq!(reached(&graph, &none, &ratios), Reached::default());
    }
}
