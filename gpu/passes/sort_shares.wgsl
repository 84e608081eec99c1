var<workgroup> shares: array<u32, WORKGROUP>;

// Afterwards each thread's share is the sum of its own and of those of all threads before it.
fn addShares(lane: u32, sum: u32) {
  shares[lane] = sum;
  workgroupBarrier();
  for (var reach = 1u; reach < WORKGROUP; reach *= 2u) {
    let before = select(0u, shares[max(lane, reach) - reach], lane >= reach);
    workgroupBarrier();
    shares[lane] += before;
    workgroupBarrier();
  }
}
