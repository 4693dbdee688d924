import { expect, test } from 'vitest';
import { nextPlace, placeInside, places } from '../src/place.ts';

function membersOf(place: number, count: number): number[] {
  const members: number[] = [];
  for (let next = placeInside(place); members.length < count; ) {
    next = nextPlace(next);
    members.push(next);
  }
  return members;
}

test('an object, its members and those of one member all have places of their own', () => {
  const members = membersOf(0, 8);
  for (const member of members) expect(new Set([0, ...members, ...membersOf(member, 8)]).size).toBe(17);
});

test('places stay in range', () => {
  for (let place = 0, i = 0; i < 1_000; i++) {
    place = i % 3 === 0 ? placeInside(place) : nextPlace(place);
    expect(place >= 0 && place < places).toBe(true);
  }
});
