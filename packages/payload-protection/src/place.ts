// Where a value stands in payloads of one type, as a number: what was learnt of it in one payload is looked up by that in
// the next. Elements of an array are all at the place of the array, since most are alike. Places that share a number only
// forget what was learnt at each other.

export const places = 256;

/** Before the first member of the object at `place`. */
export function placeInside(place: number): number {
  return (8 * place) & (places - 1);
}

/** Of the member after the one at `place`. */
export function nextPlace(place: number): number {
  return (place + 1) & (places - 1);
}
