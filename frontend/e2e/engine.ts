// The engine from outside of the page: another client of its API, and whoever stops it and starts it again.

export const ENGINE = process.env.CARBON_NEXUS_URL ?? "http://127.0.0.1:8000";

/** Send a file of logistics events, as another client would. Back once they are stored and scanned. */
export async function send(csv: string): Promise<void> {
  const form = new FormData();
  form.set("file", new Blob([csv], { type: "text/csv" }), "trips.csv");
  form.set(
    "mapping",
    JSON.stringify({ columns: { vehicle_type: "Vehicle" }, constants: { event_type: "logistics" } }),
  );
  await posted(`${ENGINE}/api/v1/ingest/upload`, form);
}

/** Who started the engine for this test: stops it, sends it a file by the command line, starts it where it was. */
export const operator = {
  stop: () => posted(`${process.env.CARBON_NEXUS_OPERATOR}/stop`),
  ingest: (csv: string) => posted(`${process.env.CARBON_NEXUS_OPERATOR}/ingest`, csv),
  start: () => posted(`${process.env.CARBON_NEXUS_OPERATOR}/start`),
};

async function posted(address: string, body?: BodyInit): Promise<void> {
  const answer = await fetch(address, { method: "POST", body });
  if (!answer.ok) throw new Error(`POST ${address}: ${answer.status} ${await answer.text()}`);
}
