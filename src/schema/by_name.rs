//! Options by a name that is given as a value: for callers that have no property at hand, asynchronous ones above all.

use super::class_set::ClassSet;
use super::error::{Error, Outcome};
use super::name::Name;
use super::option::OptionRow;
use super::row::{Access, Property};
use super::table::Family;
use crate::native_api::{Reply, Value, fold};

/// Names that an error text lists, at the most.
const LISTED: usize = 6;

/// Units that a text may have besides a whole name, to be near to it.
const OVER: usize = 3;

/// Gives the option of this name a value, as writing the property does. `who` names the classes of a set.
///
/// # Errors
/// ENOENT: no such option, in words that tell which are near. EACCES: it can only be read. Those of writing the property.
pub fn set<T: Family>(
    object: &mut T,
    class: ClassSet,
    name: &[u16],
    value: Value<'_>,
    who: impl Fn(ClassSet) -> String,
) -> Outcome {
    let (row, _) = find::<T>(class, name, who)?;
    row.write(object, value)
}

/// Gives `answer` the value of the option of this name, as reading the property does.
///
/// # Errors
/// ENOENT: no such option, in words that tell which are near.
pub fn get<T: Family>(
    object: &T,
    class: ClassSet,
    name: &[u16],
    who: impl Fn(ClassSet) -> String,
    answer: impl FnOnce(Reply<'_>) -> Outcome,
) -> Outcome {
    let (_, option) = find::<T>(class, name, who)?;
    option.read::<T>(class, &object.readable(), answer)
}

/// The name of the option that the family's objects know by this key.
pub fn name_of<T: Family>(key: T::Key) -> Option<&'static Name>
where
    T::Key: PartialEq,
{
    rows::<T>().find(|(_, option)| option.key == key).map(|(row, _)| &row.name)
}

type Found<T, K> = (&'static Property<T>, &'static OptionRow<K>);

fn find<T: Family>(class: ClassSet, name: &[u16], who: impl Fn(ClassSet) -> String) -> Outcome<Found<T, T::Key>> {
    let named = || rows::<T>().filter(|(row, _)| row.name.is(name));
    if let Some(found) = named().find(|(row, _)| row.on.meet(class)) {
        return Ok(found);
    }
    Err(match named().next() {
        Some((row, _)) => elsewhere(&row.name, &who(row.on)),
        None => unknown::<T>(class, name),
    })
}

/// Every option of the family.
fn rows<T: Family>() -> impl Iterator<Item = Found<T, T::Key>> {
    T::PROPERTIES.iter().copied().flatten().filter_map(|row| match &row.access {
        Access::Option(option) => Some((row, option)),
        Access::Code(_) => None,
    })
}

#[cold]
fn elsewhere(name: &Name, who: &str) -> Error {
    Error::new(
        "ENOENT",
        format!("У этого сокета нет настройки {}. Она есть у: {who}.", name.russian),
        format!("This socket has no option {}. Those that have it: {who}.", name.english),
    )
}

#[cold]
fn unknown<T: Family>(class: ClassSet, name: &[u16]) -> Error {
    let names = || rows::<T>().map(|(row, _)| row).filter(|row| row.on.meet(class)).map(|row| &row.name);
    let mut near: Vec<_> = names().filter_map(|known| Some((distance(name, known)?, known))).collect();
    near.sort_by_key(|(distance, _)| *distance);
    let near: Vec<_> = near.into_iter().map(|(_, known)| known).take(LISTED).collect();
    let join = |choose: fn(&Name) -> &'static str| {
        let list: Vec<_> =
            if near.is_empty() { names().map(choose).collect() } else { near.iter().copied().map(choose).collect() };
        list.join(", ")
    };
    let (russian, english) = (join(|name| name.russian), join(|name| name.english));
    if near.is_empty() {
        // Whatever stands in the place of a name, it may be a secret.
        return Error::new(
            "ENOENT",
            format!("Настройки с таким именем нет. Есть: {russian}."),
            format!("There is no option of this name. There are: {english}."),
        );
    }
    let spoken = String::from_utf16_lossy(name);
    Error::new(
        "ENOENT",
        format!("Настройки «{spoken}» нет. Похожие: {russian}."),
        format!("There is no option \"{spoken}\". Similar: {english}."),
    )
}

/// How far a text is from a name in either language, where it is near: few letters differ, or one is a part of the other; a text
/// that is much longer is no name, and may be a secret.
fn distance(spoken: &[u16], name: &Name) -> Option<usize> {
    let plain = |units: &[u16]| -> Vec<u16> {
        units.iter().filter(|&&unit| unit != u16::from(b'_')).map(|&unit| fold(unit)).collect()
    };
    let spoken = plain(spoken);
    let spoken = spoken.strip_prefix(&plain(&[0x7a, 0x6d, 0x71])[..]).unwrap_or(&spoken);
    if spoken.len() < 3 || spoken.len() > 64 {
        return None;
    }
    let to = |name: &str| {
        let name = plain(&name.encode_utf16().collect::<Vec<_>>());
        let (short, long) = if spoken.len() < name.len() { (spoken, &name[..]) } else { (&name[..], spoken) };
        let apart = edits(spoken, &name);
        let near = apart * 3 <= short.len()
            || (spoken.len() <= name.len() + OVER && long.windows(short.len()).any(|part| part == short));
        near.then_some(apart)
    };
    to(name.english).into_iter().chain(to(name.russian)).min()
}

/// Levenshtein's distance.
fn edits(a: &[u16], b: &[u16]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut corner = i;
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let change = corner + usize::from(from != to);
            corner = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}
