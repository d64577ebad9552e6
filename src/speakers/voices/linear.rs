//! The linear algebra of a few dozen dimensions that voices need, on symmetric positive definite matrices.

use ndarray::{Array1, Array2, Axis};

/// The lower triangular matrix `L` with `L Lᵀ = matrix`.
///
/// What rounding has made a little negative on the diagonal is taken for nearly nothing.
pub(crate) fn cholesky(matrix: &Array2<f64>) -> Array2<f64> {
    let size = matrix.nrows();
    let mut lower = Array2::zeros((size, size));
    for row in 0..size {
        for column in 0..=row {
            let known: f64 = (0..column).map(|k| lower[(row, k)] * lower[(column, k)]).sum();
            let left = matrix[(row, column)] - known;
            lower[(row, column)] = if row == column { left.max(1e-12).sqrt() } else { left / lower[(column, column)] };
        }
    }
    lower
}

/// `x` with `L x = right`, for a lower triangular `L`.
pub(crate) fn forward(lower: &Array2<f64>, right: &[f64]) -> Vec<f64> {
    let mut solved = Vec::with_capacity(right.len());
    for (row, right) in right.iter().enumerate() {
        let known: f64 = solved.iter().zip(lower.row(row)).map(|(x, l): (&f64, &f64)| x * l).sum();
        solved.push((right - known) / lower[(row, row)]);
    }
    solved
}

/// `x` with `Lᵀ x = right`, for a lower triangular `L`.
pub(crate) fn backward(lower: &Array2<f64>, right: &[f64]) -> Vec<f64> {
    let mut solved = right.to_vec();
    for row in (0..right.len()).rev() {
        solved[row] /= lower[(row, row)];
        let value = solved[row];
        for (other, l) in solved[..row].iter_mut().zip(lower.row(row)) {
            *other -= value * l;
        }
    }
    solved
}

/// The inverse of `L Lᵀ`.
pub(crate) fn inverse(lower: &Array2<f64>) -> Array2<f64> {
    let size = lower.nrows();
    let mut inverse = Array2::zeros((size, size));
    for (at, mut row) in inverse.axis_iter_mut(Axis(0)).enumerate() {
        let mut unit = vec![0.0; size];
        unit[at] = 1.0;
        row.assign(&Array1::from(backward(lower, &forward(lower, &unit))));
    }
    inverse
}

/// The inverse of a lower triangular `L`.
pub(crate) fn inverse_triangle(lower: &Array2<f64>) -> Array2<f64> {
    let size = lower.nrows();
    let mut inverse = Array2::zeros((size, size));
    for (at, mut column) in inverse.axis_iter_mut(Axis(1)).enumerate() {
        let mut unit = vec![0.0; size];
        unit[at] = 1.0;
        column.assign(&Array1::from(forward(lower, &unit)));
    }
    inverse
}

/// The eigenvalues of a symmetric matrix, the largest first, and the eigenvectors as columns, by Jacobi's rotations.
pub(crate) fn eigen(matrix: &Array2<f64>) -> (Vec<f64>, Array2<f64>) {
    /// Sweeps over all pairs; a dozen bring a matrix of this size to the last bit.
    const SWEEPS: usize = 15;
    let size = matrix.nrows();
    let (mut matrix, mut vectors) = (matrix.clone(), Array2::eye(size));
    for _ in 0..SWEEPS {
        for p in 0..size {
            for q in p + 1..size {
                rotate(&mut matrix, &mut vectors, p, q);
            }
        }
    }
    let mut order: Vec<usize> = (0..size).collect();
    order.sort_by(|&a, &b| matrix[(b, b)].total_cmp(&matrix[(a, a)]));
    (order.iter().map(|&at| matrix[(at, at)]).collect(), vectors.select(Axis(1), &order))
}

/// The rotation that brings one pair's element off the diagonal to zero.
fn rotate(matrix: &mut Array2<f64>, vectors: &mut Array2<f64>, p: usize, q: usize) {
    let off = matrix[(p, q)];
    if off.abs() < 1e-300 {
        return;
    }
    let half = (matrix[(q, q)] - matrix[(p, p)]) / (2.0 * off);
    let tangent = half.signum() / (half.abs() + (half * half + 1.0).sqrt());
    let cosine = 1.0 / (tangent * tangent + 1.0).sqrt();
    let sine = tangent * cosine;
    let turn = |a: f64, b: f64| (cosine * a - sine * b, sine * a + cosine * b);
    for k in 0..matrix.nrows() {
        (matrix[(k, p)], matrix[(k, q)]) = turn(matrix[(k, p)], matrix[(k, q)]);
    }
    for k in 0..matrix.nrows() {
        (matrix[(p, k)], matrix[(q, k)]) = turn(matrix[(p, k)], matrix[(q, k)]);
        (vectors[(k, p)], vectors[(k, q)]) = turn(vectors[(k, p)], vectors[(k, q)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    fn near(a: &Array2<f64>, b: &Array2<f64>) -> bool {
        a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-9)
    }

    #[test]
    fn an_inverse_undoes_its_matrix() {
        let matrix = array![[4.0, 2.0, 0.5], [2.0, 5.0, 1.0], [0.5, 1.0, 3.0]];
        let lower = cholesky(&matrix);
        assert!(near(&lower.dot(&lower.t()), &matrix));
        assert!(near(&matrix.dot(&inverse(&lower)), &Array2::eye(3)));
        assert!(near(&lower.dot(&inverse_triangle(&lower)), &Array2::eye(3)));
    }

    #[test]
    fn eigenvectors_put_a_matrix_together_again() {
        let matrix = array![[4.0, 2.0, 0.5], [2.0, 5.0, 1.0], [0.5, 1.0, 3.0]];
        let (values, vectors) = eigen(&matrix);
        assert!(values[0] > values[1] && values[1] > values[2]);
        let diagonal = Array2::from_diag(&Array1::from(values));
        assert!(near(&vectors.dot(&diagonal).dot(&vectors.t()), &matrix));
    }
}
