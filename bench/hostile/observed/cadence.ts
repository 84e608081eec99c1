/** Between two looks of an observed server at its clock. */
export const LOOK_MS = 10;
