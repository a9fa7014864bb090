// mdBook's index keeps no Cyrillic words: elasticlunr takes all but [A-Za-z0-9_] off their ends, and nothing is left. The
// texts themselves are in the index file, so it is built here once more when somebody searches, by words of any alphabet.
// This stands in the page's head: the index may load before scripts at the page's end have run.
(() => {
    "use strict";
    // Endings after which Russian words are one word; what stays is only compared, never shown.
    const endings = new RegExp("(?:" + [
        "иями", "ями", "ами", "ыми", "ими", "ией", "иям", "ием", "иях", "ого", "его", "ому", "ему", "ться", "тся",
        "ют", "ет", "ит", "ят", "ат", "ешь", "ует", "уют", "ать", "ять", "ить", "еть", "ов", "ев", "ей", "ий", "ый", "ой",
        "ая", "яя", "ое", "ее", "ые", "ие", "ую", "юю", "ам", "ям", "ах", "ях", "ом", "ем", "ым", "им", "их", "ых",
        "ия", "ию", "ии", "а", "я", "о", "е", "ы", "и", "у", "ю", "ь", "й",
    ].join("|") + ")$", "u");
    const teach = elasticlunr => {
        const english = elasticlunr.stemmer;
        const stem = token => {
            const word = token.toLowerCase().replace(/^[^\p{L}\p{N}_]+|[^\p{L}\p{N}_]+$/gu, "");
            if (!/[а-яё]/u.test(word)) {
                return english(word);
            }
            const short = word.replace(/ё/gu, "е").replace(endings, "");
            return short.length < 3 ? word : short;
        };
        elasticlunr.stemmer = stem;
        elasticlunr.Pipeline.registerFunction(stem, "stemmer of any alphabet");
        elasticlunr.tokenizer.setSeperator(/[^\p{L}\p{N}_]+/u);
        elasticlunr.Index.load = saved => {
            const index = new elasticlunr.Index();
            index.setRef(saved.ref);
            saved.fields.forEach(field => index.addField(field));
            index.pipeline.add(stem);
            Object.values(saved.documentStore.docs).forEach(text => index.addDoc(text));
            return index;
        };
        return elasticlunr;
    };
    let taught;
    Object.defineProperty(window, "elasticlunr", {
        configurable: true,
        get: () => taught,
        set: library => { taught = teach(library); },
    });

    // The one sentence of the search that readers see, in their language.
    document.addEventListener("DOMContentLoaded", () => {
        const header = document.getElementById("mdbook-searchresults-header");
        if (document.documentElement.lang !== "ru" || !header) {
            return;
        }
        const translate = () => {
            const found = /^(\d+|No) search results? for '(.*)'/u.exec(header.textContent);
            if (found) {
                header.textContent = found[1] === "No" ? `«${found[2]}» не найдено.` : `Найдено по «${found[2]}»: ${found[1]}`;
            }
        };
        new MutationObserver(translate).observe(header, { childList: true });
        translate();
    });
})();
