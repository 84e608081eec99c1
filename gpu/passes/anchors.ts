/** The pull of each connected component, as a whole, to its place: from where its nodes are on average. */

import type { Components } from "../init/components.ts";
import anchors from "./anchors.wgsl" with { type: "text" };
import memberSums from "./member_sums.wgsl" with { type: "text" };
import { compileKernel, type Kernel } from "./pass.ts";
import reduce from "./reduce.wgsl" with { type: "text" };
import { WORKGROUP } from "./step_uniform.ts";

export const compileMemberSums = (device: GPUDevice): Promise<Kernel> =>
  compileKernel(device, { name: "member sums", parts: [reduce, memberSums] });

export const compileAnchors = (device: GPUDevice): Promise<Kernel> =>
  compileKernel(device, { name: "anchors", parts: [reduce, anchors] });

/** Members that one thread sums up, and those that one workgroup does. */
const SMALL_MEMBERS = 64, PIECE_MEMBERS = 1024;

export interface ComponentPieces {
  /** Component, begin and end in its members, 0: first the pieces of large components, then the small components. */
  readonly pieces: Uint32Array<ArrayBuffer>;
  readonly largePieces: number;
  /** Component, begin and end in the pieces, members: per large component. */
  readonly large: Uint32Array<ArrayBuffer>;
}

export function cutComponents({ count, offsets }: Components): ComponentPieces {
  const pieces: number[] = [], large: number[] = [];
  let largePieces = 0;
  // The largest come first.
  for (let component = 0; component < count; component++) {
    const begin = offsets[component], end = offsets[component + 1], size = end - begin;
    const step = size > SMALL_MEMBERS ? PIECE_MEMBERS : size, firstPiece = pieces.length / 4;
    for (let at = begin; at < end; at += step) pieces.push(component, at, Math.min(end, at + step), 0);
    if (size <= SMALL_MEMBERS) continue;
    largePieces = pieces.length / 4;
    large.push(component, firstPiece, largePieces, size);
  }
  return { pieces: Uint32Array.from(pieces), largePieces, large: Uint32Array.from(large) };
}

/** Workgroups of the kernel that sums up members: one per large piece, one thread per small component. */
export function memberGroups(counts: { readonly memberPieces: number; readonly largePieces: number }): number {
  return counts.largePieces + Math.ceil((counts.memberPieces - counts.largePieces) / WORKGROUP);
}
