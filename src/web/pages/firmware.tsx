/** The page "Firmware": which version runs, how far an update has come, a new one, and the previous one. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { PageUpdate } from '../../control/pages/firmware';
import type { PageView } from '../../control/pages/page-view';
import type { UpdateFacts } from '../../control/updates';
import { hasFailed, isBeyondCancel, isEndOfUpdate } from '../../hal/firmware-updates';
import { firmwareWords } from './firmware.words';
import { FirmwareOrder } from './firmware-order';
import { State, Title, Told, useAsking, useFetched } from './parts';
import type { Tone } from './plain-state';
import { Progress } from './progress';
import { said, words } from './state';

export function Firmware({ view: { update, revisions } }: { view: PageView }): JSX.Element {
  const facts = useFetched<UpdateFacts>('/api/firmware', revisions.firmware);
  const goesOn = update !== null && !isEndOfUpdate(update.step);
  const isHeld = update !== null && isBeyondCancel(update.step);
  return (
    <>
      <Title>{words().firmware}</Title>
      {facts && <Present facts={facts} update={update} />}
      {facts && <Versions facts={facts} />}
      {facts && <FirmwareOrder trust={facts.trust} goesOn={goesOn} isHeld={isHeld} />}
      {facts && facts.trust !== null && <Previous version={facts.previous} isHeld={isHeld} />}
    </>
  );
}

function toneOf({ step }: PageUpdate): Tone {
  if (step === 'installed') return 'go';
  return hasFailed(step) ? 'stop' : 'wait';
}

/** What runs, and how far an update has come. */
function Present({ facts, update }: { facts: UpdateFacts; update: PageUpdate | null }): JSX.Element {
  const { runs, cancel, cancelled } = said(firmwareWords);
  const { outcome, ask } = useAsking();
  const goesOn = update !== null && !isEndOfUpdate(update.step);
  return (
    <section class={`card answer ${update ? toneOf(update) : 'go'}`} aria-live="polite">
      <p>{runs(facts.runs)}</p>
      {update && <Update of={update} />}
      {goesOn && !isBeyondCancel(update.step) && (
        <div class="acts">
          <button type="button" class="act" onClick={() => ask('/api/firmware/cancel', { now: true })}>
            {cancel}
          </button>
        </div>
      )}
      {!goesOn && <Told outcome={outcome} done={cancelled} />}
      {goesOn && outcome?.refused && <Told outcome={outcome} />}
    </section>
  );
}

function Update({ of: update }: { of: PageUpdate }): JSX.Element {
  const phrases = said(firmwareWords);
  const { step, by, version, reason, signature } = update;
  const { word, sentence } = phrases.steps[step];
  const isFailed = hasFailed(step);
  const waits = waitsOf(update);
  return (
    <div class="update">
      <State tone={toneOf(update)}>{waits && step !== 'trial' ? phrases.waiting : word}</State>
      {!waits && <p>{sentence(version ?? phrases.newVersion)}</p>}
      {waits && <p>{waits}</p>}
      {step === 'downloading' && <Progress name={phrases.progress} done={update.doneBytes} total={update.totalBytes} />}
      {(isFailed || update.waitsFor === 'retry') && (
        <p class={isFailed ? 'told stop break' : 'told wait break'}>
          {phrases.reason}: {reason === null ? phrases.noReason : <span lang="en">{reason}</span>}
        </p>
      )}
      <p class="soft small">{phrases.by[by]}</p>
      {signature !== null && <p class="soft small">{phrases.signature(signature)}</p>}
    </div>
  );
}

/** undefined: it goes on. */
function waitsOf({ waitsFor, retriesLeft, connectors, step, version }: PageUpdate): string | undefined {
  const { waits, retry, charges, steps, newVersion } = said(firmwareWords);
  switch (waitsFor) {
    case null:
      return undefined;
    case 'retry':
      return retry(retriesLeft);
    case 'transactions':
      return charges(version ?? newVersion, connectors.join(', '), connectors.length);
    case 'proof':
      return `${steps[step].sentence(version ?? newVersion)} ${waits.proof}`;
    case 'date':
      return waits.date;
    default:
      return waitsFor satisfies never;
  }
}

function Versions({ facts: { runs, good, previous, trial, failed } }: { facts: UpdateFacts }): JSX.Element {
  const { versions: phrases } = said(firmwareWords);
  return (
    <section class="card">
      <h2>{phrases.title}</h2>
      <dl class="rows">
        <dt>{phrases.runs}</dt>
        <dd class="break">{runs}</dd>
        <dt>{phrases.good}</dt>
        <dd class="break">{good === runs ? phrases.sameAsRuns : (good ?? phrases.none)}</dd>
        <dt>{phrases.previous}</dt>
        <dd class="break">{previous ?? phrases.none}</dd>
        {trial && (
          <>
            <dt>{phrases.trial}</dt>
            <dd class="break">{phrases.trialSays(trial.version, trial.startsLeft)}</dd>
          </>
        )}
        <dt>{phrases.failed}</dt>
        <dd class="break">
          {failed.length === 0 && phrases.noneFailed}
          {failed.map(({ version, reason }) => (
            <span key={version} class="given-up">
              {version}: <span lang="en">{reason}</span>
            </span>
          ))}
        </dd>
      </dl>
    </section>
  );
}

function Previous({ version, isHeld }: { version: string | null; isHeld: boolean }): JSX.Element {
  const phrases = said(firmwareWords).previous;
  const isAsked = useSignal(false);
  const { outcome, ask } = useAsking();
  const bring = (): void => {
    isAsked.value = false;
    void ask('/api/firmware/previous', { restart: true });
  };
  return (
    <section class="card">
      <h2>{phrases.title}</h2>
      <p>{version === null ? phrases.none : phrases.says(version)}</p>
      {version !== null && !isHeld && !isAsked.value && (
        <div class="acts">
          <button type="button" class="act" onClick={() => (isAsked.value = true)}>
            {phrases.act(version)}
          </button>
        </div>
      )}
      {version !== null && !isHeld && isAsked.value && (
        <>
          <p class="told wait" role="alert">
            {phrases.ask(version)}
          </p>
          <div class="acts">
            <button type="button" class="act first" onClick={bring}>
              {phrases.yes}
            </button>
            <button type="button" class="act" onClick={() => (isAsked.value = false)}>
              {phrases.no}
            </button>
          </div>
        </>
      )}
      {outcome?.refused && <Told outcome={outcome} />}
    </section>
  );
}
