//! The table of fuzz targets, from the essays of the modules that their bodies are in, and that of the
//! bugs that are put back.

use super::root;
use std::fmt::Write as _;

/// What a target holds is said first, behind its name, and last what turns it red.
pub(crate) fn table() -> String {
    let programs = std::fs::read_dir(root().join("fuzz/fuzz_targets")).unwrap();
    let mut targets: Vec<String> = programs
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    targets.sort();
    let mut text =
        String::from("| target | holds | a bug that turns it red |\n| --- | --- | --- |\n");
    for target in targets {
        let file = ["src/fuzzing", "fuzz/src"]
            .iter()
            .flat_map(|place| [format!("{place}/{target}.rs"), format!("{place}/{target}/mod.rs")])
            .find(|file| root().join(file).exists())
            .unwrap_or_else(|| panic!("{target}: no module has its body"));
        let source = std::fs::read_to_string(root().join(&file)).unwrap();
        let essay: Vec<&str> = source.lines().map_while(|line| line.strip_prefix("//!")).collect();
        let paragraphs: Vec<String> = essay
            .split(|line| line.is_empty())
            .map(|lines| lines.concat().trim().replace('|', "\\|"))
            .collect();
        let said = |beginning: &str| {
            let found = paragraphs.iter().find_map(|paragraph| paragraph.strip_prefix(beginning));
            found.unwrap_or_else(|| panic!("{file}: no paragraph begins with \"{beginning}\""))
        };
        let (holds, red) = (said(&format!("`{target}`: ")), said("A bug that turns it red: "));
        let _ = writeln!(text, "| [`{target}`](../{file}) | {holds} | {red} |");
    }
    text
}

/// The table of bugs that are put back, from the words in front of their patches.
pub(crate) fn bugs() -> String {
    let mut patches: Vec<_> = std::fs::read_dir(root().join("fuzz/bugs"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "patch"))
        .collect();
    patches.sort();
    let mut text =
        String::from("| bug | seen in | targets that can find it |\n| --- | --- | --- |\n");
    for path in patches {
        let patch = std::fs::read_to_string(&path).unwrap();
        let (what, rest) = patch.split_once("\n\n").expect("what is wrong comes first");
        let line = |beginning: &str| {
            let found = rest.lines().find_map(|line| line.strip_prefix(beginning));
            found.unwrap_or_else(|| panic!("{}: no line {beginning}", path.display()))
        };
        let name = super::name(&path);
        let what = what.replace('\n', " ").replace('|', "\\|");
        let _ = writeln!(
            text,
            "| [{what}](../../{name}) | {} | {} |",
            line("Seen: ").replace('|', "\\|"),
            line("Targets: ").replace(' ', ", ")
        );
    }
    text
}
