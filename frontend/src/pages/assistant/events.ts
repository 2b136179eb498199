// Server-sent events out of a stream of bytes: a name and JSON each, ended by an empty line.

export interface ServerEvent {
  event: string;
  data: unknown;
}

/** The events of a stream, as they come. What is no JSON is passed over. */
export async function* eventsOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
      const blocks = rest.split(/\r?\n\r?\n/);
      // the last one may go on with the next bytes
      rest = done ? "" : (blocks.pop() ?? "");
      yield* blocks.flatMap(eventOf);
      if (done) return;
    }
  } finally {
    reader.releaseLock();
  }
}

/** One block of lines. */
export function eventOf(block: string): ServerEvent[] {
  let event = "message";
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    if (line.startsWith("event:")) event = line.slice(6).trim();
    // one space after the colon is not part of it
    else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
  }
  if (data.length === 0) return [];
  try {
    return [{ event, data: JSON.parse(data.join("\n")) }];
  } catch {
    return [];
  }
}
