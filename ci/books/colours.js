// Colours for blocks of BSL: mdBook's highlight.js does not know the language of 1C.
(() => {
    "use strict";
    if (typeof hljs === "undefined") {
        return;
    }
    const keywords = "если тогда иначеесли иначе конецесли для каждого из по пока цикл конеццикла процедура конецпроцедуры " +
        "функция конецфункции перем экспорт возврат прервать продолжить попытка исключение конецпопытки вызватьисключение " +
        "новый и или не знач асинх ждать " +
        "if then elsif else endif for each in to while do enddo procedure endprocedure function endfunction var export " +
        "return break continue try except endtry raise new and or not val async await";
    hljs.registerLanguage("bsl", lib => ({
        case_insensitive: true,
        keywords: {
            // Without \p: highlight.js makes its expressions anew, without the flag u.
            $pattern: /[A-Za-zА-Яа-яЁё_][A-Za-zА-Яа-яЁё0-9_]*/,
            keyword: keywords,
            literal: "истина ложь неопределено null true false undefined",
        },
        contains: [
            lib.COMMENT("//", "$"),
            { className: "string", begin: '"', end: '"', contains: [{ begin: '""' }] },
            { className: "meta", begin: /[&#]/, end: "$" },
            // A number, not the end of a name.
            { className: "number", begin: /(?<![A-Za-zА-Яа-яЁё0-9_])\d+(\.\d+)?/ },
        ],
    }));
    document.querySelectorAll("code.language-bsl").forEach(block => {
        const { value } = hljs.highlight("bsl", block.textContent);
        block.innerHTML = value;
        block.classList.add("hljs");
    });
})();
