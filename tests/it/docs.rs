//! What is generated is what is committed. `UPDATE=1 cargo test --test it docs` rewrites it.

use std::path::Path;

use ressort::cli::SchemaOf;
use ressort::commands::schema::schema;

use super::newsroom::Newsroom;

/// Compares a file of the project with what it should be, or writes it.
#[track_caller]
fn compare(path: &str, wanted: &str) {
    let full = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(full.parent().unwrap()).unwrap();
        std::fs::write(&full, wanted).unwrap();
        return;
    }
    let there = std::fs::read_to_string(&full).unwrap_or_default();
    assert!(there == wanted, "{path} is not up to date; `UPDATE=1 cargo test --test it docs` rewrites it");
}

const COMMANDS: [&str; 13] = [
    "add",
    "run",
    "serve",
    "check",
    "inspect",
    "status",
    "doctor",
    "import",
    "catalogue",
    "schema",
    "man",
    "completions",
    "",
];

#[test]
fn the_reference_of_commands_is_what_help_says() {
    let newsroom = Newsroom::new();
    let mut page = String::from(
        "# Commands\n\nWhat `--help` says, command by command. Made by `UPDATE=1 cargo test --test it docs`.\n",
    );
    let help = |arguments: &[&str]| {
        let said = newsroom.command(arguments).env_remove("RESSORT_ALLOW_PRIVATE_ADDRESSES").output().unwrap();
        String::from_utf8(said.stdout).unwrap().lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
    };
    let overview = help(&["--help"]);
    page += &format!("\n## ressort\n\n```text\n{overview}\n```\n");
    for command in COMMANDS.iter().filter(|command| !command.is_empty()) {
        let said = help(&[command, "--help"]);
        // What every command takes is said once, above.
        let own: Vec<&str> = said.split("\n\n").map(|part| part.trim_end()).collect();
        page += &format!("\n## ressort {command}\n\n```text\n{}\n```\n", own.join("\n\n"));
        assert!(overview.contains(&format!("  {command} ")), "{command} is not in the overview");
    }
    for line in overview.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty()) {
        let name = line.split_whitespace().next().unwrap();
        assert!(
            COMMANDS.contains(&name) || !line.starts_with("  ") || line.starts_with("   "),
            "{name} has no section"
        );
    }
    compare("docs/commands.md", &page);
}

#[test]
fn the_manual_is_what_man_prints() {
    for (name, page) in ressort::cli::manual() {
        compare(&format!("docs/man/{name}.1"), &String::from_utf8(page).unwrap());
    }
    let newsroom = Newsroom::new();
    assert!(newsroom.ressort(&["man"]).expect(0).stdout().contains(".TH ressort 1"));
    assert!(newsroom.ressort(&["man", "add"]).expect(0).stdout().contains("\\-\\-dry\\-run"));
    assert!(newsroom.ressort(&["man", "ad"]).expect(2).stderr().contains("there is no command `ad`"));
}

#[test]
fn the_schemas_are_what_schema_prints() {
    for (of, name, path) in [
        (SchemaOf::Feed, "feed", "feeds/feed.schema.json"),
        (SchemaOf::Site, "site", "feeds/sites/site.schema.json"),
        (SchemaOf::Settings, "settings", "docs/settings.schema.json"),
    ] {
        let text = format!("{:#}\n", schema(of).to_value());
        compare(path, &text);
        let newsroom = Newsroom::new();
        assert_eq!(newsroom.ressort(&["schema", name]).expect(0).stdout(), text, "{name}");
    }
}

#[test]
fn the_page_of_the_catalogue_lists_what_is_known() {
    compare("feeds/README.md", &ressort::catalogue::page());
}

#[test]
fn completions_exist_for_every_shell_and_know_the_commands() {
    let newsroom = Newsroom::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let said = newsroom.ressort(&["completions", shell]).expect(0).stdout();
        for command in ["add", "import", "doctor", "catalogue"] {
            assert!(said.contains(command), "{shell}: {command}");
        }
    }
}

/// Links between the documents lead somewhere.
#[test]
fn documents_link_to_files_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut documents = vec![root.join("README.md"), root.join("ARCHITECTURE.md"), root.join("COMPARE.md")];
    documents.extend(std::fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path()));
    for document in documents.iter().filter(|path| path.extension().is_some_and(|ending| ending == "md")) {
        let text = std::fs::read_to_string(document).unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            if link.is_empty() || link.contains("://") {
                continue;
            }
            let target = document.parent().unwrap().join(link);
            assert!(target.exists(), "{}: {link}", document.display());
        }
    }
}
