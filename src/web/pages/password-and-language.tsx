/** The page of password and language: what concerns whoever looks, and not the station. */
import type { JSX } from 'preact';
import { NewPassword } from './log-in';
import { Title } from './parts';
import { passwordAndLanguageWords } from './password-and-language.words';
import { language, said, speak } from './state';

/** Each in its own language, so that it is found by who reads no other. */
const languages = { en: 'English', fr: 'Français' } as const;

export function PasswordAndLanguage(): JSX.Element {
  const words = said(passwordAndLanguageWords);
  return (
    <>
      <Title>{words.title}</Title>
      <div class="narrow">
        <section class="card">
          <h2 id="language-title">{words.language}</h2>
          {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would need a legend beside the name it has */}
          <div role="group" aria-labelledby="language-title" class="acts">
            {(['en', 'fr'] as const).map((one) => (
              <button
                key={one}
                type="button"
                class="act"
                lang={one}
                aria-pressed={language.value === one}
                onClick={() => speak(one)}
              >
                {languages[one]}
              </button>
            ))}
          </div>
          <p class="soft small">{words.remembered}</p>
        </section>
      </div>
      <NewPassword />
    </>
  );
}
