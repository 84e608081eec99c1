/** In rising order: whoever is further right may do everything the others may. */
export const roles = ["viewer", "editor", "admin"] as const;

export type Role = (typeof roles)[number];

/** `view`: see, search, select. `edit`: move, pin, pause, change settings. `administer`: accounts, components. */
export type Action = "view" | "edit" | "administer";

const leastRole: Readonly<Record<Action, Role>> = { view: "viewer", edit: "editor", administer: "admin" };

export function allows(role: Role, action: Action): boolean {
  return roles.indexOf(role) >= roles.indexOf(leastRole[action]);
}

/** The role that may do less. */
export function lesserRole(a: Role, b: Role): Role {
  return roles.indexOf(a) < roles.indexOf(b) ? a : b;
}
