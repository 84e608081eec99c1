/**
 * Who appears with whom in Victor Hugo's "Les Misérables", counted by chapters.
 *
 * Source: the co-appearances are facts collected by Donald E. Knuth for The Stanford GraphBase (ACM Press, 1993, file
 * jean.dat), free to use with that mention. Spelling and the names of the circles are this project's.
 */

/** Circles of the novel, by the letter that marks them below. */
export const CIRCLES: ReadonlyMap<string, string> = new Map([
  ["D", "Digne"],
  ["V", "Valjean"],
  ["F", "Fantine"],
  ["T", "Thénardier"],
  ["G", "Gillenormand"],
  ["K", "Convent"],
  ["A", "Friends of the ABC"],
  ["P", "Paris"],
]);

/** Circle and name of the 77 people. */
const PEOPLE = `
D Myriel; D Napoleon; D Mlle. Baptistine; D Mme. Magloire; D Countess de Lô; D Géborand; D Champtercier;
D Cravatte; D Count; D Old Man; V Labarre; V Valjean; F Marguerite; V Mme. de R.; V Isabeau; V Gervais;
F Tholomyès; F Listolier; F Fameuil; F Blacheville; F Favourite; F Dahlia; F Zéphine; F Fantine;
T Mme. Thénardier; T Thénardier; G Cosette; T Javert; K Fauchelevent; V Bamatabois; F Perpétue; V Simplice;
V Scaufflaire; V Woman 1; V Judge; V Champmathieu; V Brevet; V Chenildieu; V Cochepaille; T Pontmercy;
P Boulatruelle; T Éponine; T Anzelma; G Woman 2; K Mother Innocent; K Gribier; P Jondrette; P Mme. Burgon;
A Gavroche; G Gillenormand; G Magnon; G Mlle. Gillenormand; G Mme. Pontmercy; G Mlle. Vaubois;
G Lt. Gillenormand; A Marius; G Baroness T.; A Mabeuf; A Enjolras; A Combeferre; A Prouvaire; A Feuilly;
A Courfeyrac; A Bahorel; A Bossuet; A Joly; A Grantaire; P Mother Plutarch; T Gueulemer; T Babet; T Claquesous;
T Montparnasse; G Toussaint; P Child 1; P Child 2; T Brujon; A Mme. Hucheloup
`;

/** Person, then the people before them with whom they appear, each with the number of chapters: 254 pairs. */
const MEETINGS = `
1 0:1; 2 0:8; 3 0:10 2:6; 4 0:1; 5 0:1; 6 0:1; 7 0:1; 8 0:2; 9 0:1; 11 10:1 3:3 2:3 0:5; 12 11:1; 13 11:1;
14 11:1; 15 11:1; 17 16:4; 18 16:4 17:4; 19 16:4 17:4 18:4; 20 16:3 17:3 18:3 19:4; 21 16:3 17:3 18:3 19:3 20:5;
22 16:3 17:3 18:3 19:3 20:4 21:4; 23 16:3 17:3 18:3 19:3 20:4 21:4 22:4 12:2 11:9; 24 23:2 11:7;
25 24:13 23:1 11:12; 26 24:4 11:31 16:1 25:1; 27 11:17 23:5 25:5 24:1 26:1; 28 11:8 27:1; 29 23:1 27:1 11:2;
30 23:1; 31 30:2 11:3 23:2 27:1; 32 11:1; 33 11:2 27:1; 34 11:3 29:2; 35 11:3 34:3 29:2; 36 34:2 35:2 11:2 29:1;
37 34:2 35:2 36:2 11:2 29:1; 38 34:2 35:2 36:2 37:2 11:2 29:1; 39 25:1; 40 25:1; 41 24:2 25:3; 42 41:2 25:2 24:1;
43 11:3 26:1 27:1; 44 28:3 11:1; 45 28:2; 47 46:1; 48 47:2 25:1 27:1 11:1; 49 26:3 11:2; 50 49:1 24:1;
51 49:9 26:2 11:2; 52 51:1 39:1; 53 51:1; 54 51:2 49:1 26:1;
55 51:6 49:12 39:1 54:1 26:21 11:19 16:1 25:2 41:5 48:4; 56 49:1 55:1; 57 55:1 41:1 48:1;
58 55:7 48:7 27:6 57:1 11:4; 59 58:15 55:5 48:6 57:2; 60 48:1 58:4 59:2; 61 48:2 58:6 60:2 59:5 57:1 55:1;
62 55:9 58:17 59:13 48:7 57:2 41:1 61:6 60:3; 63 59:5 48:5 62:6 57:2 58:4 61:3 60:2 55:1;
64 55:5 62:12 48:5 63:4 58:10 61:6 60:2 59:9 57:1 11:1; 65 63:5 64:7 48:3 62:5 58:5 61:5 60:2 59:5 57:1 55:2;
66 64:3 58:3 59:1 62:2 65:2 48:1 63:1 61:1 60:1; 67 57:3; 68 25:5 11:1 24:1 27:1 48:1 41:1;
69 25:6 68:6 11:1 24:1 27:2 48:1 41:1; 70 25:4 69:4 68:4 11:1 24:1 27:1 41:1 58:1;
71 27:1 69:2 68:2 70:2 11:1 48:1 41:1 25:1; 72 26:2 27:1 11:1; 73 48:2; 74 48:2 73:3;
75 69:3 68:3 25:3 48:1 41:1 70:1 71:1; 76 64:1 65:1 66:1 63:1 62:1 48:1 58:1
`;

/** The people in the order by which `coAppearances` numbers them, from 0. */
export function people(): readonly { readonly circle: string; readonly name: string }[] {
  return PEOPLE.trim().split(/;\s*/).map((entry) => ({ circle: entry[0], name: entry.slice(2) }));
}

/** `[person, earlier person, chapters]` of each pair that appears together. */
export function coAppearances(): readonly (readonly [number, number, number])[] {
  return MEETINGS.trim().split(/;\s*/).flatMap((entry) => {
    const [person, ...others] = entry.split(" ");
    return others.map((other): [number, number, number] => {
      const [earlier, chapters] = other.split(":");
      return [Number(person), Number(earlier), Number(chapters)];
    });
  });
}
