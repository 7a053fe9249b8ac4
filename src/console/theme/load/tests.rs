//! Every theme that is shipped is whole, can be read, and tells the classes apart.

use ratatui::style::Color;

use super::super::contrast;
use super::*;

#[test]
fn every_theme_is_whole_at_every_depth() {
    for name in names() {
        for depth in [Depth::None, Depth::Ansi16, Depth::Ansi256, Depth::True] {
            let theme = built_in(name, depth).unwrap();
            assert!(!theme.summary().is_empty());
        }
    }
    let wrong = built_in("neon", Depth::True).unwrap_err();
    insta::assert_snapshot!(wrong, @"the theme `neon` cannot be used: there is none of that name; use one of dark, light, contrast, colorblind, catppuccin-mocha, gruvbox, monochrome");
}

#[test]
fn without_colours_nothing_has_one() {
    for name in names() {
        let theme = built_in(name, Depth::None).unwrap();
        for role in Role::ALL {
            assert_eq!((theme.style(*role).fg, theme.style(*role).bg), (None, None), "{name} {role:?}");
        }
    }
}

/// WCAG AA asks 4.5 : 1 of text. Lines and thumbs are no text.
#[test]
fn all_text_can_be_read() {
    for name in names().filter(|name| *name != "monochrome") {
        let theme = built_in(name, Depth::True).unwrap();
        let page = theme.style(Role::Text);
        let grounds = [Role::Text, Role::Selection, Role::Range, Role::Dialog, Role::Header];
        for role in Role::ALL.iter().filter(|role| !matches!(role, Role::Rule | Role::Thumb)) {
            let style = theme.style(*role);
            let Some(fg) = style.fg.or(page.fg) else { panic!("{name} has no text colour") };
            let own: Vec<Color> = style.bg.into_iter().collect();
            let under: Vec<Color> = grounds.iter().filter_map(|it| theme.style(*it).bg).collect();
            for bg in if own.is_empty() { under } else { own } {
                let ratio = contrast(fg, bg).unwrap();
                assert!(ratio >= 4.5, "{name}: {role:?} {fg} on {bg} is {ratio:.2}");
            }
        }
    }
}

#[test]
fn the_classes_are_told_apart() {
    for name in names().filter(|name| *name != "monochrome") {
        for depth in [Depth::True, Depth::Ansi256, Depth::Ansi16] {
            let theme = built_in(name, depth).unwrap();
            let mut seen: Vec<Color> =
                [Role::Protected, Role::Expected, Role::Safe, Role::Unknown, Role::Missing]
                    .iter()
                    .filter_map(|role| theme.style(*role).fg)
                    .collect();
            let all = seen.len();
            seen.sort_by_key(|color| format!("{color:?}"));
            seen.dedup();
            assert_eq!((seen.len(), all), (5, 5), "{name} {depth:?}");
        }
    }
}

/// What people with the three kinds of colour blindness see, by Machado, Oliveira and Fernandes (2009),
/// severity 1, on linear RGB.
const BLIND: [(&str, [[f64; 3]; 3]); 3] = [
    (
        "protanopia",
        [
            [0.152_286, 1.052_583, -0.204_868],
            [0.114_503, 0.786_281, 0.099_216],
            [-0.003_882, -0.048_116, 1.051_998],
        ],
    ),
    (
        "deuteranopia",
        [
            [0.367_322, 0.860_646, -0.227_968],
            [0.280_085, 0.672_501, 0.047_413],
            [-0.011_820, 0.042_940, 0.968_881],
        ],
    ),
    (
        "tritanopia",
        [
            [1.255_528, -0.076_749, -0.178_779],
            [-0.078_411, 0.930_809, 0.147_602],
            [0.004_733, 0.691_367, 0.303_900],
        ],
    ),
];

fn linear(color: Color) -> [f64; 3] {
    let Color::Rgb(red, green, blue) = color else { panic!("{color} is no RGB") };
    [red, green, blue].map(|it| {
        let it = f64::from(it) / 255.0;
        if it <= 0.040_45 { it / 12.92 } else { ((it + 0.055) / 1.055).powf(2.4) }
    })
}

fn times(matrix: &[[f64; 3]; 3], it: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| row.iter().zip(it).map(|(a, b)| a * b).sum())
}

/// CIE L*a*b*, white at D65.
fn lab(linear: [f64; 3]) -> [f64; 3] {
    let to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]];
    let xyz = times(&to_xyz, linear.map(|it| it.clamp(0.0, 1.0)));
    let f = |it: f64| if it > 0.008_856 { it.cbrt() } else { 7.787 * it + 16.0 / 116.0 };
    let [x, y, z] = [f(xyz[0] / 0.9505), f(xyz[1]), f(xyz[2] / 1.089)];
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// About 2.3 is what one just sees; nine times that is seen at a glance.
#[test]
fn the_colours_for_the_colour_blind_differ_for_them() {
    let theme = built_in("colorblind", Depth::True).unwrap();
    let roles = [Role::Protected, Role::Expected, Role::Safe, Role::Unknown, Role::Missing];
    for (kind, matrix) in &BLIND {
        for (at, a) in roles.iter().enumerate() {
            for b in &roles[at + 1..] {
                let seen = |role: Role| lab(times(matrix, linear(theme.style(role).fg.unwrap())));
                let (one, other) = (seen(*a), seen(*b));
                let apart: f64 = one.iter().zip(other).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
                assert!(apart > 20.0, "{kind}: {a:?} and {b:?} are {apart:.1} apart");
            }
        }
    }
}

fn own(files: &[(&str, &str)]) -> Library {
    let mut library = Library::default();
    for (name, text) in files {
        library.add(Path::new("/home/me/themes").join(name).as_path(), (*text).to_owned());
    }
    library
}

#[test]
fn a_theme_of_ones_own_inherits_and_changes_what_it_names() {
    let library = own(&[
        ("mine.toml", "inherits = \"gruvbox\"\n[palette]\nred = { rgb = \"#ff0000\" }\n"),
        (
            "dark.toml",
            "summary = \"darker\"\ninherits = \"dark\"\n[palette]\npaper = { rgb = \"#000000\" }\n",
        ),
    ]);
    assert_eq!(library.names().last(), Some(&"mine"));
    let mine = library.load("mine", Depth::True).unwrap();
    assert_eq!(mine.style(Role::Missing).fg, Some(Color::Rgb(255, 0, 0)));
    assert_eq!(mine.style(Role::Text), built_in("gruvbox", Depth::True).unwrap().style(Role::Text));
    let mine = library.load("mine", Depth::Ansi16).unwrap();
    assert_eq!(mine.style(Role::Missing).fg, Some(Color::LightRed), "the nearest of the sixteen");
    let dark = library.load("dark", Depth::True).unwrap();
    assert_eq!((dark.summary(), dark.style(Role::Text).bg), ("darker", Some(Color::Rgb(0, 0, 0))));
}

#[test]
fn a_broken_theme_says_where_and_why() {
    let library = own(&[
        ("typo.toml", "inherits = \"dark\"\n\n[roles]\ntext = { fg = \"ink\", bold = \"yes\" }\n"),
        ("role.toml", "inherits = \"dark\"\n[roles]\ntabs = { fg = \"ink\" }\n"),
        ("color.toml", "inherits = \"dark\"\n[roles]\ntab = { fg = \"violet\" }\n"),
        ("rgb.toml", "inherits = \"dark\"\n[palette]\nink = { rgb = \"white\" }\n"),
        ("orphan.toml", "inherits = \"drak\"\n"),
        ("bare.toml", "summary = \"nothing\"\n"),
        ("one.toml", "inherits = \"two\"\n"),
        ("two.toml", "inherits = \"one\"\n"),
    ]);
    let said = ["typo", "role", "color", "rgb", "orphan", "bare", "one"]
        .map(|name| library.load(name, Depth::True).unwrap_err().to_string());
    insta::assert_snapshot!(said.join("\n"), @r#"
    the theme `typo` (/home/me/themes/typo.toml) cannot be used: line 4: invalid type: string "yes", expected a boolean
    the theme `role` (/home/me/themes/role.toml) cannot be used: no role is called `tabs`
    the theme `color` (/home/me/themes/color.toml) cannot be used: its palette has no `violet`
    the theme `rgb` (/home/me/themes/rgb.toml) cannot be used: `white` is no #rrggbb
    the theme `orphan` (/home/me/themes/orphan.toml) cannot be used: it inherits from `drak`, which there is not; use one of dark, light, contrast, colorblind, catppuccin-mocha, gruvbox, monochrome, typo, role, color, rgb, orphan, bare, one, two
    the theme `bare` (/home/me/themes/bare.toml) cannot be used: it lacks the role `text`: inherit from `dark`
    the theme `one` (/home/me/themes/one.toml) cannot be used: it inherits from itself
    "#);
}
