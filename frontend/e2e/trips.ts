// What a second client sends: the trips of one lorry, whose last ones take nearly twice the fuel.

const EVERY_HOURS = 3;
const USUAL = 237;
const WASTEFUL = 3;
const HEAD = "Departure,Carrier,Route,Vehicle,Fuel type,Distance (km),Load (t),Fuel (l)";

/** A file with a month of trips up to now. The last nine hours of it stand out, whatever the day of the week. */
export function trips(route: string): string {
  const hour = 3_600_000;
  const now = Math.floor(Date.now() / hour) * hour;
  const lines = Array.from({ length: USUAL + WASTEFUL }, (_, number) => {
    const back = (USUAL + WASTEFUL - number) * EVERY_HOURS * hour;
    const litres = number < USUAL ? 74 + ((number * 7) % 5) : 144;
    return `${new Date(now - back).toISOString()},Calder Haulage,${route},artic_44t,diesel,240,12,${litres}`;
  });
  return [HEAD, ...lines].join("\n");
}

/** A name that no other test has used. */
export function someRoute(): string {
  return `Moor Road ${Date.now().toString(36)}`;
}
