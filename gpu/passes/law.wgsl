// Repulsion from a charge at distance √square, over the distance: 1 / (1 + d²)².
fn law(square: f32) -> f32 {
  let inverse = 1.0 / (1.0 + square);
  return inverse * inverse;
}

// The square of a size below which a group acts as one charge at any distance: inside it the law is linear.
const LINEAR_SQUARE = 0.01;
