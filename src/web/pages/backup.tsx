/** The page of the back-up: the settings as a file, and from one after a look at what it would change. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import type { RestoreChange, RestorePlan } from '../../control/backup';
import { backupWords } from './backup.words';
import { fileTime, saveFile } from './lists';
import { Title, Told, useAsking, wordsOf } from './parts';
import { fetched, type ServerRefusal, said, sent, words } from './state';
import { wholeInstant } from './times';

export function Backup(): JSX.Element {
  return (
    <>
      <Title>{said(backupWords).title}</Title>
      <Make />
      <Restore />
    </>
  );
}

function Make(): JSX.Element {
  const phrases = said(backupWords);
  const withCards = useSignal(false);
  const failed = useSignal(false);
  const download = async (): Promise<void> => {
    const backup = await fetched<{ uid: string }>(`/api/backup?cards=${withCards.value}`);
    failed.value = backup === undefined;
    if (!backup) return;
    const name = backup.uid.replaceAll(/[^\w.-]+/g, '-') || 'station';
    saveFile(`greenup-${name}-${fileTime()}.json`, 'application/json', `${JSON.stringify(backup, null, 2)}\n`);
  };
  return (
    <section class="card">
      <h2>{phrases.make}</h2>
      <p>{phrases.inIt}</p>
      <p class="soft">{phrases.notInIt}</p>
      <fieldset class="choices" aria-label={phrases.make}>
        <label>
          <input
            type="checkbox"
            checked={withCards.value}
            onChange={({ currentTarget }) => (withCards.value = currentTarget.checked)}
          />
          {phrases.withCards}
        </label>
      </fieldset>
      <div class="acts">
        <button type="button" class="act first" onClick={download}>
          {phrases.download}
        </button>
      </div>
      <output>{failed.value && <span class="told stop">{wordsOf({ refused: 'unreachable' })}</span>}</output>
    </section>
  );
}

function Restore(): JSX.Element {
  const phrases = said(backupWords);
  const id = useId();
  const file = useSignal('');
  const plan = useSignal<RestorePlan | undefined>(undefined);
  const refused = useSignal<ServerRefusal | undefined>(undefined);
  const { outcome, ask, forget } = useAsking();
  const look = async (chosen: File | undefined): Promise<void> => {
    forget();
    plan.value = undefined;
    refused.value = undefined;
    if (!chosen) return;
    file.value = await chosen.text();
    const result = await sent<RestorePlan>('/api/backup/plan', { file: file.value });
    if ('answer' in result) plan.value = result.answer;
    else refused.value = result.refusal;
  };
  const restore = async (digest: string): Promise<void> => {
    if (await ask('/api/backup/restore', { file: file.value, digest })) plan.value = undefined;
  };
  return (
    <section class="card">
      <h2>{phrases.restore}</h2>
      <p class="soft small">{phrases.restoreSays}</p>
      <div class="field">
        <label for={id}>{phrases.file}</label>
        <input
          id={id}
          type="file"
          accept=".json,application/json"
          onChange={({ currentTarget }) => look(currentTarget.files?.[0])}
        />
      </div>
      {plan.value && <Plan of={plan.value} onRestore={restore} />}
      <output>{refused.value && <span class="told stop">{wordsOf(refused.value)}</span>}</output>
      <Told outcome={outcome} done={phrases.done} />
    </section>
  );
}

function Plan({ of: plan, onRestore }: { of: RestorePlan; onRestore: (digest: string) => void }): JSX.Element {
  const phrases = said(backupWords);
  const { made, uid, changes, wrong, digest } = plan;
  if (wrong.length > 0) {
    return (
      <div class="told stop plan" aria-live="polite">
        <p>{phrases.wrong}</p>
        <ul>
          {wrong.map(({ place, code, why }) => (
            <li key={place} class="break">
              <code>{place}</code>: {phrases.faults[code]}{' '}
              <span class="soft small" lang="en">
                {why}
              </span>
            </li>
          ))}
        </ul>
      </div>
    );
  }
  const isAnother = changes.some(({ what }) => what === 'UID');
  return (
    <div class="plan" aria-live="polite">
      <p>{phrases.from(uid || phrases.noName, made === null ? phrases.noDate : wholeInstant(made))}</p>
      {changes.length === 0 && <p class="told">{phrases.nothing}</p>}
      {isAnother && <p class="told wait">{phrases.another}</p>}
      {changes.length > 0 && <Changes of={changes} />}
      {changes.length > 0 && (
        <div class="acts">
          <button type="button" class="act first" onClick={() => onRestore(digest)}>
            {phrases.act}
          </button>
        </div>
      )}
    </div>
  );
}

function Changes({ of: changes }: { of: readonly RestoreChange[] }): JSX.Element {
  const phrases = said(backupWords);
  return (
    <>
      <h3>{phrases.changes}</h3>
      <ul class="changes">
        {changes.map((change) => (
          <li key={change.what}>
            <strong class="break">{nameOf(change.what)}</strong>
            <span class="break">
              <span class="soft small">{phrases.now}</span> {shownValue(change, change.from)}
            </span>
            <span class="break">
              <span class="soft small">{phrases.afterwards}</span> {shownValue(change, change.to)}
              {change.needsRestart && <span class="soft small"> ({phrases.needsRestart})</span>}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function nameOf(what: string): string {
  const { connection, cards } = said(backupWords);
  const { sides } = words();
  if (what === 'right' || what === 'left') return sides[what];
  if (what === 'connection') return connection;
  return what === 'cards' ? cards : what;
}

function shownValue({ what }: RestoreChange, value: string): string {
  const { mode, connection } = words();
  if (value === '' || value === 'none') return said(backupWords).unset;
  if ((what === 'right' || what === 'left') && value in mode.names) return mode.names[value as keyof typeof mode.names];
  if (what === 'connection') return value === 'on' ? connection.on : connection.off;
  return value.replaceAll(',', ', ');
}
