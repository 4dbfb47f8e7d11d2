/** The bookkeeping of the live link, without the socket: what is followed, from which number, what a message means. */

export type LiveMessage = {
  topic?: string;
  seq?: number;
  payload?: unknown;
  refetch?: boolean;
  hello?: { build: string; seq: number };
  /** The hub's answer to a subscription: from here on every move of the topic is told. */
  followed?: string;
  scan?: { till_id: string; code: string; at: string };
};

export type LiveEvent =
  | { kind: 'moved'; topic: string; payload: unknown }
  | { kind: 'scan'; till_id: string; code: string; at: string }
  | { kind: 'hello'; build: string };

export class LiveProtocol {
  private readonly followers = new Map<string, number>();
  private readonly reached = new Map<string, number>();

  /** Returns the frame to send when this is the topic's first follower. */
  follow(topic: string): object | null {
    const count = this.followers.get(topic) ?? 0;
    this.followers.set(topic, count + 1);
    return count === 0 ? { subscribe: [this.entry(topic)] } : null;
  }

  unfollow(topic: string): object | null {
    const count = (this.followers.get(topic) ?? 1) - 1;
    if (count > 0) {
      this.followers.set(topic, count);
      return null;
    }
    this.followers.delete(topic);
    this.reached.delete(topic);
    return { unsubscribe: [topic] };
  }

  /** What to send on a new connection: every followed topic from the number reached on it. */
  resume(): object | null {
    const topics = [...this.followers.keys()];
    return topics.length > 0 ? { subscribe: topics.map((topic) => this.entry(topic)) } : null;
  }

  /** What a message means; null when it is old news. */
  take(message: LiveMessage): LiveEvent | null {
    if (message.hello) return { kind: 'hello', build: message.hello.build };
    if (message.scan) return { kind: 'scan', ...message.scan };
    const { topic, seq } = message;
    if (message.followed !== undefined && seq !== undefined) {
      if (this.followers.has(message.followed)) this.reached.set(message.followed, seq);
      return null;
    }
    if (topic === undefined) return null;
    if (!this.followers.has(topic)) return null;
    const before = this.reached.get(topic);
    if (seq !== undefined) {
      if (!message.refetch && before !== undefined && seq <= before) return null;
      this.reached.set(topic, seq);
    }
    return { kind: 'moved', topic, payload: message.payload };
  }

  private entry(topic: string): object {
    const from = this.reached.get(topic);
    return from === undefined ? { topic } : { topic, from };
  }
}
