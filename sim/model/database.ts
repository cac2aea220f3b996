/**
 * A replicated database: one primary that takes the writes and any number of replicas that follow it.
 *
 * Each confirmed write is shipped to each living replica and arrives there after a lag of its own. A failover loses the
 * confirmed writes that the new primary has not received. The primary holds a lease that it renews; when it can no longer
 * (dead, or stopped), the lease runs out, a replica is chosen and promoted, and clients are sent there. An old primary
 * that wakes up later steps down at once when it is fenced; otherwise it goes on taking writes until it notices, and those
 * are lost. Sources: Patroni's leader lease (ttl, loop_wait); PostgreSQL synchronous_commit; source chapters S0, S3.
 */
import { choice, count, distribution, duration, flag, patterns, record } from '../catalogue/param.ts';
import type { Sampled } from '../catalogue/param.ts';
import { MILLISECOND, SECOND } from '../catalogue/units.ts';
import { type EventHandler, targetOf } from '../kernel/kernel.ts';
import type { Context } from '../resilience/context.ts';
import { Outcome } from '../resilience/outcome.ts';
import { REPLICA_ROLES } from '../telemetry/series.ts';
import type { ActivationCall } from './activation.ts';
import { Candidates } from './balancer.ts';
import { defineComponent } from './component.ts';
import type { Instance } from './instance.ts';
import type { Interpreter } from './interpreter.ts';
import { ItemVersions } from './item-versions.ts';
import { serverParams, serverSettings } from './server-params.ts';
import { type Grounds, Server, type ServerSettings } from './server.ts';
import type { Step } from './step.ts';
import { Work } from './steps/work.ts';
import { stopAtDeadlineParam, workTimeoutParam } from './work-limits.ts';

export type ReplicationMode = 'async' | 'sync' | 'quorum';

export interface ReplicationSettings {
  readonly mode: ReplicationMode;
  readonly lag: Sampled;
  /** Nodes, the primary included, that must have a write before it is confirmed; for `quorum`. */
  readonly quorum: number;
}

export interface FailoverSettings {
  readonly leaseNs: number;
  readonly renewEveryNs: number;
  readonly promote: 'mostAdvanced' | 'firstHealthy' | 'never';
  readonly promotionNs: Sampled;
  readonly fencing: boolean;
  /** How long an unfenced old primary goes on before it notices. */
  readonly noticeNs: number;
}

export interface DatabaseSettings {
  readonly read: Sampled;
  readonly write: Sampled;
  readonly readFrom: 'primary' | 'replicas' | 'any';
  readonly replication: ReplicationSettings;
  readonly failover: FailoverSettings;
  readonly locking: 'none' | 'optimistic';
}

const OPERATIONS = ['read', 'write'] as const;
/** Its number. */
const WRITE = 1;

const RECEIVED = 0;
const LEASE_OVER = 1;
const PROMOTED = 2;
const NOTICED = 3;

const NOBODY = -1;

/** One node's part in the replication. */
interface Node {
  readonly instance: Instance;
  /** Believes itself to be the primary. */
  leads: boolean;
  /** Confirmed writes that it has not received yet. */
  missing: number;
  /** Writes that it could not take when they came: unconfirmed ones while it was down, any while it hung. */
  readonly backlog: number[];
  /** Number of the log it follows; what was shipped under an older one no longer arrives. */
  term: number;
  lagNs: number;
}

/** A write on its way to the replicas: pooled, known to events by its number. */
interface Write {
  readonly id: number;
  /** The node that ships it, and which of its lives it was: what a dead primary had not shipped never arrives. */
  from: Instance;
  life: number;
  term: number;
  /** Bit set of the nodes that have it. */
  has: number;
  /** Bit set of the nodes of which nothing is to be waited for: they have it, or will get it when they start again. */
  settledOn: number;
  /** Not in the pool. */
  active: boolean;
  /** Copies that must still be made before it is confirmed. */
  needed: number;
  confirmed: boolean;
  /** The request that waits for the copies, and its mark: activations are pooled and may serve another by then. */
  waits: ActivationCall | null;
  mark: number;
}

/** Nodes are bits of a word. */
const NODES_MAX = 30;

/** After the work of a read: was the answer out of date? */
class Answer implements Step {
  begin(call: ActivationCall, on: Interpreter): boolean {
    (on.server as Database).countRead(call.state.instance);
    return true;
  }
}

/** Before the work of a write: what is it that it is about to change? */
class ReadVersion implements Step {
  begin(call: ActivationCall, on: Interpreter): boolean {
    call.state.extras.version = (on.server as Database).versions.of(call.context.cacheKey);
    return true;
  }
}

/** After the work of a write: is this node still the primary, and have enough copies been made? */
class Commit implements Step {
  begin(call: ActivationCall, on: Interpreter): boolean {
    return (on.server as Database).commit(call, on);
  }
}

export class Database extends Server implements EventHandler {
  readonly #database: DatabaseSettings;
  readonly #nodes: Node[];
  readonly #target: number;
  readonly #lagPurpose: number;
  readonly versions = new ItemVersions();
  readonly #writers: Candidates;
  readonly #readers: Candidates;
  /** The node that clients are sent to for writes; NOBODY between a lease's end and the promotion. */
  #primary = 0;
  #promoting = NOBODY;
  #term = 0;
  /** Numbers the writes that somebody waits for. */
  #marks = 0;
  #leaseEvent = -1;
  /** There is a primary that takes writes. */
  #writable = true;
  readonly #renewalPhaseNs: number;
  readonly #writes: Write[] = [];
  readonly #freeWrites: Write[] = [];
  #lastLeader = 0;
  acknowledgedWrites = 0;
  /** Confirmed by a node that was no longer the real primary. */
  readonly #splitBrainWrites: Float64Array;
  readonly #seriesOf: { readonly acknowledgedWrites: number; readonly conflicts: number; readonly lostWrites: number; readonly staleReads: number; readonly reads: number };
  readonly #promotionPurpose: number;
  readonly #promotionSlot: number;

  constructor(grounds: Grounds, address: string, settings: ServerSettings, database: DatabaseSettings) {
    super(grounds, address, settings);
    const { engine } = grounds;
    this.#database = database;
    this.#target = targetOf(engine.kernel.register(this), 0);
    this.#lagPurpose = engine.purpose('replication/lag');
    this.#promotionPurpose = engine.purpose('promotion/time');
    this.#promotionSlot = engine.entitySlot(`${address}/promotion`);
    this.#nodes = this.instances.map((instance) => ({ instance, leads: instance.index === 0, missing: 0, backlog: [], term: 0, lagNs: 0 }));
    this.#splitBrainWrites = new Float64Array(settings.instances);
    this.#writers = new Candidates(settings.instances);
    this.#readers = new Candidates(settings.instances);
    this.#renewalPhaseNs = Math.floor(engine.uniform(this.#promotionSlot, engine.purpose('lease/phase')) * database.failover.renewEveryNs);
    const write = [new Work(database.write, 0, engine.purpose(`${address}/write`)), new Commit()];
    this.programs = [
      [new Work(database.read, 0, engine.purpose(`${address}/read`)), new Answer()],
      database.locking === 'optimistic' ? [new ReadVersion(), ...write] : write,
    ];
    const { recorder } = engine;
    const counter = (name: string): number => recorder.register(address, name, 'counter', 'count');
    this.#seriesOf = { acknowledgedWrites: counter('acknowledgedWrites'), conflicts: counter('conflicts'), lostWrites: counter('lostWrites'), staleReads: counter('staleReads'), reads: counter('reads') };
    recorder.gauge(recorder.register(address, 'writable', 'gauge', 'count'), () => (this.#writable && this.#canCopy() ? 1 : 0));
    for (const node of this.#nodes) {
      recorder.gauge(recorder.register(node.instance.address, 'role', 'gauge', 'code'), () => REPLICA_ROLES.indexOf(this.#roleOf(node)));
      recorder.gauge(recorder.register(node.instance.address, 'lag', 'gauge', 'durationNs'), () => (node.missing > 0 ? node.lagNs : 0));
    }
    this.refreshCandidates();
  }

  // ---- routing ------------------------------------------------------------------------------------------------

  protected override candidatesFor(operation: number): Candidates {
    return operation === WRITE ? this.#writers : this.#readers;
  }

  override refreshCandidates(): void {
    const healthy = this.#nodes.filter((node) => this.believes(node.instance.index)).map((node) => node.instance.index);
    this.#writers.set(this.#primary === NOBODY ? [] : [this.#primary]);
    const { readFrom } = this.#database;
    const replicas = healthy.filter((index) => index !== this.#primary);
    if (readFrom === 'primary') this.#readers.set(this.#primary === NOBODY ? [] : [this.#primary]);
    else if (readFrom === 'replicas' && replicas.length > 0) this.#readers.set(replicas);
    else this.#readers.set(healthy);
  }

  #roleOf(node: Node): (typeof REPLICA_ROLES)[number] {
    if (!node.instance.up) return 'down';
    if (node.instance.index === this.#promoting) return 'candidate';
    if (node.instance.index === this.#primary) return 'primary';
    return node.leads ? 'fenced' : 'replica';
  }

  get primary(): Instance | undefined {
    return this.instances[this.#primary];
  }

  // ---- reads and writes ---------------------------------------------------------------------------------------

  countRead(instance: Instance): void {
    const values = this.engine.recorder.values;
    values[this.#seriesOf.reads]!++;
    if (this.#nodes[instance.index]!.missing === 0) return;
    values[this.#seriesOf.staleReads]!++;
  }

  /** Whether as many nodes are at work as must have a write before it is confirmed. */
  #canCopy(): boolean {
    return this.#nodes.filter(({ instance }) => instance.up && !instance.hangs).length > this.#copies();
  }

  /** How many nodes besides the primary must have a write before it is confirmed. */
  #copies(): number {
    const { mode, quorum } = this.#database.replication;
    return mode === 'async' ? 0 : mode === 'quorum' ? quorum - 1 : this.#nodes.length - 1;
  }

  /** @returns true when the write is confirmed at once */
  commit(call: ActivationCall, on: Interpreter): boolean {
    const node = this.#nodes[call.state.instance.index]!;
    if (!node.leads) {
      on.settle(call, Outcome.notPrimary);
      return false;
    }
    const stale = node.term !== this.#term;
    if (stale) {
      // An unfenced old primary confirms what nobody will ever see.
      this.#splitBrainWrites[node.instance.index]!++;
      this.#confirm();
      return true;
    }
    if (this.#database.locking === 'optimistic' && !this.versions.advance(call.context.cacheKey, call.state.extras.version)) {
      this.engine.recorder.values[this.#seriesOf.conflicts]!++;
      on.settle(call, Outcome.conflict);
      return false;
    }
    const copies = this.#copies();
    const write = this.#newWrite(node, copies, call);
    this.#ship(write, call.context);
    if (copies > 0) return false;
    this.#confirm();
    return true;
  }

  #confirm(): void {
    this.acknowledgedWrites++;
    this.engine.recorder.values[this.#seriesOf.acknowledgedWrites]!++;
  }

  #newWrite(from: Node, copies: number, call: ActivationCall): Write {
    let write = this.#freeWrites.pop();
    if (write === undefined) {
      write = { id: this.#writes.length, from: from.instance, life: 0, term: 0, has: 0, settledOn: 0, active: false, needed: 0, confirmed: false, waits: null, mark: 0 };
      this.#writes.push(write);
    }
    write.from = from.instance;
    write.life = from.instance.incarnation;
    write.term = this.#term;
    write.has = 1 << from.instance.index;
    write.settledOn = write.has;
    write.active = true;
    write.needed = copies;
    write.confirmed = copies === 0;
    write.waits = copies === 0 ? null : call;
    write.mark = copies === 0 ? 0 : ++this.#marks;
    call.state.extras.write = write.mark;
    return write;
  }

  #ship(write: Write, context: Context): void {
    const { engine } = this;
    for (const node of this.#nodes) {
      const { index, up } = node.instance;
      if ((write.settledOn & (1 << index)) !== 0) continue;
      if (write.confirmed) node.missing++;
      if (!up) {
        this.#putOff(write, node);
        continue;
      }
      const lagNs = this.#database.replication.lag.sample(engine.keys, context.slot, this.#lagPurpose + index);
      engine.scheduleEvent(engine.now + lagNs, this.#target + RECEIVED, write.id * (NODES_MAX + 1) + index);
      node.lagNs = lagNs;
    }
    this.#freeIfDone(write);
  }

  /** The node is down: a confirmed write it will get in bulk when it is back; one that somebody waits for is kept. */
  #putOff(write: Write, node: Node): void {
    if (write.confirmed) write.settledOn |= 1 << node.instance.index;
    else node.backlog.push(write.id);
  }

  #freeIfDone(write: Write): void {
    const all = (1 << this.#nodes.length) - 1;
    // While it is not decided who leads next, a write that a dead primary did not ship everywhere is still needed: it may
    // be collected from where it did arrive.
    const undecided = write.has !== all && write.term === this.#term && write.life !== write.from.incarnation;
    if (!write.active || write.settledOn !== all || undecided) return;
    write.active = false;
    this.#freeWrites.push(write);
  }

  /** It is decided who leads. */
  #freeDecided(): void {
    for (const write of this.#writes) {
      if (write.life !== write.from.incarnation) write.life = write.from.incarnation;
      this.#freeIfDone(write);
    }
  }

  on(kind: number, a: number): void {
    switch (kind) {
      case RECEIVED:
        this.#received(this.#writes[Math.floor(a / (NODES_MAX + 1))]!, this.#nodes[a % (NODES_MAX + 1)]!);
        break;
      case LEASE_OVER:
        this.#leaseEvent = -1;
        this.#leaseOver();
        break;
      case PROMOTED:
        this.#promoted(a);
        break;
      case NOTICED:
        this.#stepDown(this.#nodes[a]!);
        break;
    }
  }

  #received(write: Write, node: Node): void {
    if (!node.instance.up) {
      this.#putOff(write, node);
      this.#freeIfDone(write);
      return;
    }
    if (node.instance.hangs) {
      node.backlog.push(write.id);
      return;
    }
    write.settledOn |= 1 << node.instance.index;
    const shipped = write.life === write.from.incarnation;
    if (shipped) write.has |= 1 << node.instance.index;
    if (write.term !== this.#term) this.#refuse(write);
    else if (shipped && write.confirmed) node.missing = Math.max(0, node.missing - 1);
    else if (shipped && --write.needed === 0) this.#copied(write);
    this.#freeIfDone(write);
  }

  /** Enough nodes have the write: it is confirmed, even if its request has died meanwhile; the others still miss it. */
  #copied(write: Write): void {
    write.confirmed = true;
    for (const node of this.#nodes) {
      if ((write.settledOn & (1 << node.instance.index)) === 0) node.missing++;
    }
    const waits = this.#waiterOf(write);
    if (waits === null) return;
    this.#confirm();
    this.pool.goOn(waits);
  }

  /** A failover overtook the write: nobody will confirm it. */
  #refuse(write: Write): void {
    const waits = this.#waiterOf(write);
    write.waits = null;
    if (waits !== null) this.pool.settle(waits, Outcome.notPrimary);
  }

  #waiterOf({ waits, mark }: Write): ActivationCall | null {
    return waits !== null && waits.isOpen && !waits.cancelled && waits.state.extras.write === mark ? waits : null;
  }

  // ---- failover -----------------------------------------------------------------------------------------------

  protected override instanceDied(instance: Instance): void {
    const node = this.#nodes[instance.index]!;
    if (instance.index === this.#primary) this.#primaryGone();
    node.leads = false;
  }

  /** The primary stopped renewing its lease, because it died or hangs. */
  #primaryGone(): void {
    if (this.#primary === NOBODY || this.#leaseEvent >= 0 || this.#promoting !== NOBODY) return;
    this.#writable = false;
    if (this.#database.failover.promote === 'never') return;
    const { leaseNs, renewEveryNs } = this.#database.failover;
    const sinceRenewal = (this.engine.now - this.#renewalPhaseNs) % renewEveryNs;
    const left = leaseNs - (sinceRenewal < 0 ? sinceRenewal + renewEveryNs : sinceRenewal);
    this.#leaseEvent = this.engine.scheduleEvent(this.engine.now + Math.max(0, left), this.#target + LEASE_OVER, 0);
  }

  #leaseOver(): void {
    const old = this.#nodes[this.#primary]!;
    // It came back in time and renewed.
    if (old.instance.up && !old.instance.hangs && old.leads) {
      this.#writable = true;
      return;
    }
    this.#primary = NOBODY;
    this.refreshCandidates();
    const chosen = this.#choose(old);
    if (chosen === undefined) return;
    this.#promoting = chosen.instance.index;
    this.engine.recorder.event(chosen.instance.address, 'role', 'candidate');
    const { promotionNs } = this.#database.failover;
    this.engine.childKey(this.#promotionSlot, this.#promotionSlot, this.#term);
    const duration = promotionNs.sample(this.engine.keys, this.#promotionSlot, this.#promotionPurpose);
    this.engine.scheduleEvent(this.engine.now + duration, this.#target + PROMOTED, chosen.instance.index);
  }

  #choose(old: Node): Node | undefined {
    const living = this.#nodes.filter((node) => node !== old && node.instance.up && !node.instance.hangs);
    if (this.#database.failover.promote === 'firstHealthy') return living[0];
    return living.reduce<Node | undefined>((best, node) => (best === undefined || node.missing < best.missing ? node : best), undefined);
  }

  #promoted(index: number): void {
    const node = this.#nodes[index]!;
    this.#promoting = NOBODY;
    if (!node.instance.up) {
      this.#primary = index;
      this.#primaryGone();
      return;
    }
    this.#lose(node.missing - this.#collected(node));
    this.#term++;
    for (const other of this.#nodes) {
      other.missing = 0;
      if (other.leads && other !== node) this.#oldPrimary(other);
      else other.term = this.#term;
    }
    node.leads = true;
    node.term = this.#term;
    this.#primary = index;
    this.#lastLeader = index;
    this.#writable = true;
    this.#freeDecided();
    this.refreshCandidates();
    this.engine.recorder.event(node.instance.address, 'role', 'primary');
    if (node.instance.hangs) this.#primaryGone();
  }

  /** Confirmed writes that the new primary lacks and gets from another replica before it leads. */
  #collected(node: Node): number {
    if (this.#database.failover.promote !== 'mostAdvanced') return 0;
    let living = 0;
    for (const other of this.#nodes) {
      if (other !== node && !other.leads && other.instance.up && !other.instance.hangs) living |= 1 << other.instance.index;
    }
    const own = 1 << node.instance.index;
    return this.#writes.filter((write) => write.active && write.confirmed && write.term === this.#term && (write.has & own) === 0 && (write.has & living) !== 0).length;
  }

  /** A primary that lost its lease while it hung: fencing keeps it from ever answering as one again. */
  #oldPrimary(node: Node): void {
    if (this.#database.failover.fencing) {
      node.leads = false;
      node.term = this.#term;
    } else if (!node.instance.hangs) this.#noticeLater(node.instance);
  }

  /** An unfenced old primary has woken up and will notice only after a while. */
  #noticeLater(instance: Instance): void {
    this.engine.scheduleEvent(this.engine.now + this.#database.failover.noticeNs, this.#target + NOTICED, instance.index);
  }

  #stepDown(node: Node): void {
    if (!node.leads || node.term === this.#term) return;
    node.leads = false;
    node.term = this.#term;
    this.#lose(this.#splitBrainWrites[node.instance.index]!);
    this.#splitBrainWrites[node.instance.index] = 0;
    this.engine.recorder.event(node.instance.address, 'role', 'replica');
  }

  #lose(writes: number): void {
    this.engine.recorder.values[this.#seriesOf.lostWrites]! += writes;
  }

  override hangChanged(instance: Instance): void {
    const node = this.#nodes[instance.index]!;
    if (instance.hangs) {
      if (instance.index === this.#primary) this.#primaryGone();
      return;
    }
    if (instance.up) this.#wokenUp(node);
    super.hangChanged(instance);
  }

  #wokenUp(node: Node): void {
    if (node.leads && node.term !== this.#term) this.#noticeLater(node.instance);
    else if (node.leads && node.instance.index === this.#primary) this.#renew();
    else if (this.#canTakeBack(node)) this.#takeBack(node);
    this.#receiveBacklog(node);
  }

  #receiveBacklog(node: Node): void {
    for (const id of node.backlog.splice(0)) this.#received(this.#writes[id]!, node);
  }

  protected override instanceStarted(instance: Instance): void {
    const node = this.#nodes[instance.index]!;
    const { hangs } = instance;
    if (!this.#canTakeBack(node)) {
      node.term = this.#term;
      node.missing = 0;
    } else if (!hangs) this.#takeBack(node);
    if (!hangs) this.#receiveBacklog(node);
    this.refreshCandidates();
  }

  /** Nobody else leads or is about to. */
  #canTakeBack({ instance }: Node): boolean {
    return instance.index === this.#primary || (this.#primary === NOBODY && this.#promoting === NOBODY);
  }

  /** The primary can write again and has its whole lease before it. */
  #renew(): void {
    this.#writable = true;
    if (this.#leaseEvent >= 0) this.engine.unschedule(this.#leaseEvent);
    this.#leaseEvent = -1;
  }

  /** Leads again: it was back before its lease ran out, or nobody else was there to take over. */
  #takeBack(node: Node): void {
    if (node.instance.index !== this.#lastLeader) {
      this.#lose(node.missing);
      this.#term++;
    }
    // What the others missed, the leader ships them now.
    for (const other of this.#nodes) if (other.instance.up) other.missing = 0;
    node.leads = true;
    node.term = this.#term;
    node.missing = 0;
    this.#primary = node.instance.index;
    this.#lastLeader = node.instance.index;
    this.#renew();
    this.#freeDecided();
    this.refreshCandidates();
    this.engine.recorder.event(node.instance.address, 'role', 'primary');
  }
}

export const database = defineComponent({
  family: 'component',
  kind: 'database',
  role: 'server',
  title: 'Database',
  about: 'A primary and its replicas: writes go to the primary and are shipped to the replicas; a lost primary is replaced by one of them.',
  source: 'PostgreSQL streaming replication with Patroni; source chapters S0 and S3',
  params: {
    replicas: count({ about: 'Nodes besides the primary.', default: 0, max: NODES_MAX - 1, unit: 'nodes' }),
    connections: count({ about: 'Connections of each node; a request holds one from start to end.', default: 100, min: 1, unlimited: true, unit: 'connections', source: 'PostgreSQL max_connections' }),
    ...serverParams,
    read: distribution({ of: 'duration', about: 'Service time of a read.', default: 5 * MILLISECOND }),
    write: distribution({ of: 'duration', about: 'Service time of a write, without waiting for replicas.', default: 10 * MILLISECOND }),
    locking: choice(
      {
        none: 'Writes of one item do not disturb each other.',
        optimistic: 'A write fails with a conflict when another one has changed the item since it began. Trying again reads the item anew.',
      },
      {
        about: 'What happens to two writes of one item at the same time. Clients say which items there are; without that there is one.',
        default: 'none',
        source: 'Kung and Robinson, On Optimistic Methods for Concurrency Control, 1981; PostgreSQL with REPEATABLE READ (first updater wins)',
      },
    ),
    readFrom: choice(
      { primary: 'only the primary', replicas: 'replicas while there are any', any: 'any healthy node' },
      { about: 'Which nodes answer reads.', default: 'primary' },
    ),
    replication: record(
      {
        mode: choice(
          {
            async: 'confirmed by the primary alone; a failover loses what was not shipped yet',
            sync: 'confirmed when every replica has it; blocks while one is down',
            quorum: 'confirmed when a number of nodes have it',
          },
          { about: 'When a write is confirmed.', default: 'async', source: 'PostgreSQL synchronous_commit and synchronous_standby_names' },
        ),
        lag: distribution({ of: 'duration', about: 'How long a write takes to reach a replica.', default: 20 * MILLISECOND }),
        quorum: count({ about: 'Nodes, the primary included, that must have a write; for mode quorum.', default: 2, min: 1, unit: 'nodes' }),
      },
      { about: 'How writes reach the replicas.', default: {} },
    ),
    failover: record(
      {
        lease: duration({ about: 'A primary that does not renew its lease for this long has lost it.', default: 30 * SECOND, minExclusive: true, source: 'Patroni ttl 30 s' }),
        renewEvery: duration({ about: 'How often a living primary renews; so a dead one is found between lease minus this, and lease.', default: 10 * SECOND, minExclusive: true, source: 'Patroni loop_wait 10 s' }),
        promote: choice(
          {
            mostAdvanced: 'the replica that has received most; it first gets what the other living replicas have and it lacks',
            firstHealthy: 'the first living replica, however far behind, as in source chapter S3',
            never: 'nobody: somebody has to restart the primary',
          },
          { about: 'Who becomes the new primary.', default: 'mostAdvanced' },
        ),
        promotion: distribution({ of: 'duration', about: 'From the choice until the new primary takes writes.', default: 2 * SECOND }),
        fencing: flag({ about: 'An old primary that wakes up steps down before it answers anybody.', default: true }),
        notice: duration({ about: 'How long an old primary without fencing goes on confirming writes that will be lost.', default: 10 * SECOND }),
      },
      { about: 'What happens when the primary is lost.', default: {} },
    ),
    patterns: patterns<unknown>()({ about: 'Patterns in front of the connections, outermost first.', default: [] }),
    statementTimeout: workTimeoutParam('PostgreSQL statement_timeout'),
    stopAtDeadline: stopAtDeadlineParam,
    startup: duration({ about: 'From a restart until the node serves again.', default: 10 * SECOND }),
  },
  check: (values) => {
    const nodes = values.replicas + 1;
    const problems = [];
    if (values.replication.mode === 'quorum' && values.replication.quorum > nodes) problems.push({ param: 'replication.quorum', message: `a quorum of ${values.replication.quorum} cannot be reached with ${nodes} nodes` });
    if (values.failover.renewEvery > values.failover.lease) problems.push({ param: 'failover.renewEvery', message: 'the lease must be renewed more often than it runs out' });
    return problems;
  },
  outline: (values) => ({ instances: values.replicas + 1, capacity: values.connections, queueCapacity: values.queue.capacity }),
  operations: () => OPERATIONS,
  create: (values, { grounds, name }) => {
    const server = new Database(
      grounds,
      name,
      serverSettings(values, {
        instances: values.replicas + 1,
        threads: values.connections,
        limits: { afterNs: values.statementTimeout, stopAtDeadline: values.stopAtDeadline },
      }),
      {
        read: values.read,
        write: values.write,
        readFrom: values.readFrom,
        locking: values.locking,
        replication: values.replication,
        failover: {
          leaseNs: values.failover.lease,
          renewEveryNs: values.failover.renewEvery,
          promote: values.replicas === 0 ? 'never' : values.failover.promote,
          promotionNs: values.failover.promotion,
          fencing: values.failover.fencing,
          noticeNs: values.failover.notice,
        },
      },
    );
    return { role: 'server', server };
  },
});
