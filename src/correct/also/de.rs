use super::Change;
pub(super) fn changes(_text: &[char]) -> Vec<Change> {
    vec![]
}
