//! Letters in the operator's own words: files of a folder, read once at the start.
//!
//! `<language>/<letter>.subject`, `.txt` and `.html` each take the place of that part of one letter; what there is no file
//! for stays as it is. The language of templates is Jinja's. In `.html` every value is escaped (C167).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use minijinja::{Environment, UndefinedBehavior, Value};
use pages::{Letter, LetterParts, Locale};

/// How much a template may do: a hundred times what a letter needs.
const FUEL: u64 = 50_000;
/// The largest file, in bytes.
const LARGEST: usize = 256 * 1_024;
/// The longest subject, in characters.
const LONGEST_SUBJECT: usize = 200;

/// The parts of a letter, as files are named.
const PARTS: [&str; 3] = ["subject", "txt", "html"];

/// Letters in the operator's own words.
#[derive(Clone, Debug)]
pub struct Templates(Arc<Environment<'static>>);

/// A file that cannot be a template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {message}", file.display())]
pub struct TemplatesError {
    /// The file, or folder.
    pub file: PathBuf,
    /// What is wrong with it.
    pub message: String,
}

impl Templates {
    /// Reads a folder. Each template is tried out, so that a mistake is found now and not by whoever waits for a letter.
    pub fn load(folder: &Path) -> Result<Self, TemplatesError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(FUEL));
        let mut templates = Vec::new();
        for language in entries(folder)? {
            let tag = file_name(&language);
            let Some(locale) = Locale::ALL.into_iter().find(|locale| locale.tag() == tag) else {
                let known = Locale::ALL.map(Locale::tag).join(", ");
                return Err(wrong(&language, format!("no language of ours; they are {known}")));
            };
            for file in entries(&language)? {
                let name = known_name(&file)?;
                let text = std::fs::read_to_string(&file).map_err(|error| wrong(&file, error))?;
                if text.len() > LARGEST {
                    return Err(wrong(&file, format!("larger than {LARGEST} bytes")));
                }
                let template = format!("{tag}/{}", file_name(&file));
                let added = environment.add_template_owned(template.clone(), text);
                added.map_err(|error| wrong(&file, Detailed(&error)))?;
                templates.push((file, template, sample(locale, name)));
            }
        }
        let templates_of = Self(Arc::new(environment));
        for (file, template, sample) in templates {
            templates_of.render(&template, &sample).map_err(|error| wrong(&file, Detailed(&error)))?;
        }
        Ok(templates_of)
    }

    /// The same letter in the operator's words, as far as there are any. A letter never fails for them: what goes wrong is
    /// logged, and that part is as it was.
    pub fn apply(&self, mut letter: Letter) -> Letter {
        let LetterParts { name, locale, .. } = letter.parts;
        for part in PARTS {
            let template = format!("{}/{name}.{part}", locale.tag());
            if self.0.get_template(&template).is_err() {
                continue;
            }
            match self.render(&template, &letter.parts) {
                Ok(text) if part == "subject" => letter.subject = one_line(&text),
                Ok(text) if part == "txt" => letter.text = text,
                Ok(text) => letter.html = text,
                Err(error) => {
                    tracing::error!(template, error = %Detailed(&error), "the template of a letter failed: our own words are sent");
                }
            }
        }
        letter
    }

    fn render(&self, template: &str, parts: &LetterParts) -> Result<String, minijinja::Error> {
        self.0.get_template(template)?.render(values(parts))
    }
}

/// What a template may say.
fn values(parts: &LetterParts) -> Value {
    let text = |text: &str| Value::from(text);
    Value::from_pairs([
        ("language", text(parts.locale.tag())),
        ("subject", text(&parts.subject)),
        ("person", text(&parts.person)),
        ("what", text(&parts.what)),
        ("button", text(&parts.button)),
        ("link", text(&parts.link)),
        ("code", parts.code.as_deref().map_or(Value::from(()), text)),
        ("not_you", text(&parts.not_you)),
    ])
}

/// A letter that nobody gets.
fn sample(locale: Locale, name: &'static str) -> LetterParts {
    LetterParts {
        name,
        locale,
        subject: "Subject".to_owned(),
        person: "ada@example.com".to_owned(),
        what: "What can be done.".to_owned(),
        button: "Do it".to_owned(),
        link: "https://id.example.com/link?token=sample".to_owned(),
        code: Some("123456".to_owned()),
        not_you: "Do nothing if it was not you.".to_owned(),
    }
}

/// What stands in a folder, but for what is hidden.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, TemplatesError> {
    let listed = std::fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let entries = listed.map_err(|error| wrong(folder, error))?;
    let mut entries: Vec<_> = entries.into_iter().map(|entry| entry.path()).collect();
    entries.retain(|path| !file_name(path).starts_with('.'));
    entries.sort();
    Ok(entries)
}

/// The letter that a file is about.
fn known_name(file: &Path) -> Result<&'static str, TemplatesError> {
    let name = file_name(file);
    let (stem, part) = name.split_once('.').unwrap_or((&name, ""));
    let known = Letter::NAMES.into_iter().find(|known| *known == stem).filter(|_| PARTS.contains(&part));
    known.ok_or_else(|| {
        let (names, parts) = (Letter::NAMES.join(", "), PARTS.join(", ."));
        wrong(file, format!("no part of a letter; letters are {names}, and parts .{parts}"))
    })
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// A header is one line.
fn one_line(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().filter(|c| !c.is_control()).take(LONGEST_SUBJECT).collect()
}

fn wrong(file: &Path, message: impl ToString) -> TemplatesError {
    TemplatesError { file: file.to_owned(), message: message.to_string() }
}

/// With the line, and what stands behind it.
struct Detailed<'a>(&'a minijinja::Error);

impl std::fmt::Display for Detailed<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(line) = self.0.line() {
            write!(f, "line {line}: ")?;
        }
        write!(f, "{}", self.0.kind())?;
        self.0.detail().map_or(Ok(()), |detail| write!(f, ": {detail}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pages::LinkAndCode;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        folder
    }

    fn letter(person: &str) -> Letter {
        let link = LinkAndCode { address: "https://id.example/link?token=t&x=1", code: "012345" };
        Letter::sign_in(Locale::En, person, link)
    }

    #[test]
    fn c167_what_there_is_a_file_for_is_said_in_the_operators_words_and_escaped() {
        let folder = folder(&[
            ("en/sign-in.subject", "Hello,\n {{ person }}"),
            ("en/sign-in.html", "<p>{{ person }} {{ code }} <a href=\"{{ link }}\">{{ button }}</a></p>"),
            ("en/.hidden", "{{"),
        ]);
        let plain = letter("<a href=\"//evil.example\">");
        let told = Templates::load(folder.path()).unwrap().apply(plain.clone());
        assert_eq!(told.text, plain.text, "there is no file for it");
        assert!(told.subject.starts_with("Hello, <a"), "{}", told.subject);
        assert!(told.html.contains("&lt;a href=&quot;"), "{}", told.html);
        assert!(!told.html.contains("<a href=\"//evil"), "{}", told.html);
        assert!(told.html.contains("012345"));
    }

    #[test]
    fn mistakes_are_found_at_the_start_with_file_and_line() {
        #[track_caller]
        fn check(name: &str, text: &str, expected: &str) {
            let folder = folder(&[(name, text)]);
            let error = Templates::load(folder.path()).unwrap_err().to_string();
            assert!(error.contains(expected) && error.contains(name.split('/').next().unwrap()), "{error}");
        }
        check("en/sign-in.html", "a\n{{ persn }}", "line 2: undefined value");
        check("en/sign-in.html", "{% if %}", "line 1: syntax error");
        check("en/signin.html", "", "letters are changed, changed-by-phone, held, in-use");
        check("en/sign-in.htm", "", "parts .subject");
        check("xx/sign-in.html", "", "no language of ours");
        check(
            "en/sign-in.txt",
            "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}",
            "fuel",
        );
        let missing = Path::new("/nowhere/at/all");
        assert!(Templates::load(missing).is_err());
    }
}
