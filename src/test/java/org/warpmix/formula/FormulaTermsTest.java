package org.warpmix.formula;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What formulas expand to. Expected values: terms() of R 4.2.2, groups as lme4 1.1-31 names them. */
class FormulaTermsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "a*b; 1 a b a:b",
                "(a+b)^2; 1 a b a:b",
                "(a+b)**2; 1 a b a:b",
                "(a+b+c)^2; 1 a b c a:b a:c b:c",
                "(a+b)^3; 1 a b a:b",
                "(a+b)^2-a:b; 1 a b",
                "a/b; 1 a a:b",
                "a/b/c; 1 a a:b a:b:c",
                "(a+b)/c; 1 a b a:b:c",
                "a/(b+c); 1 a a:b a:c",
                "b%in%a; 1 b:a",
                "a+b %in% a; 1 a a:b",
                "a%in%b+b; 1 b a:b",
                "a%in%(b+c); 1 a:b:c",
                "(a+c)%in%b; 1 a:b c:b",
                "a:b+a; 1 a a:b",
                "b:a+a*b; 1 a b b:a",
                "c:a+a:b; 1 c:a a:b",
                "a:b:c+c:b:a; 1 a:b:c",
                "0+a; 0 a",
                "a-1; 0 a",
                "a+0; 0 a",
                "-1+a; 0 a",
                "1+0+a; 0 a",
                "0+1+a; 1 a",
                "a-0; 1 a",
                "a+1-1; 0 a",
                "a/b-1; 0 a a:b",
                "(a-1)*b; 0 a b a:b",
                "a*b*c-a:b:c; 1 a b c a:b a:c b:c",
                "a:a; 1 a",
                "a*a; 1 a",
                "a^2; 1 a",
                "a-a; 1",
                "a+b-a; 1 b",
                "a+(b-a); 1 a b",
                "a-(b+a); 1",
                "-a+a; 1 a",
                "+a; 1 a",
                "a+b+a:b-a; 1 b a:b",
                "(1+a):b; 1 a:b",
                "(1+a)^2; 1 a",
                "a:b*c; 1 c a:b a:b:c",
                "a:b^2; 1 a:b",
                "a*b^2; 1 a b a:b",
                "(a+b+(c+d)^2)^2; 1 a b c d a:b a:c a:d b:c b:d c:d a:c:d b:c:d",
                "(a+b)^2*(c+d); 1 a b c d a:b a:c a:d b:c b:d a:b:c a:b:d",
                "a-b:c; 1 a",
                "((a)); 1 a",
                "`a`+`b c`:a; 1 a a:`b c`",
                "log(x+1)*a; 1 log(x + 1) a log(x + 1):a",
                "log( x )^2; 1 log(x)",
                "within(x,g)*between(x,g); 1 within(x, g) between(x, g) within(x, g):between(x, g)",
                "a+offset(z)+b; 1 a b",
                "a:b+offset(log(z)); 1 a:b",
                "1; 1",
                "0; 0",
            })
    void expandsAsR(String text, String expected) {
        Terms terms = Formula.parse("y ~ " + text + " + (1|g)").fixed();
        StringBuilder found = new StringBuilder(terms.intercept() ? "1" : "0");
        terms.terms().forEach(term -> found.append(' ').append(term.name()));
        assertEquals(expected, found.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "I(x^2); I(x^2)",
                "I( (temp-200)/10 ); I((temp - 200)/10)",
                "I(-x); I(-x)",
                "I(x- -1); I(x - -1)",
                "I(x^-1); I(x^-1)",
                "I(-x^2); I(-x^2)",
                "I((-x)^2); I((-x)^2)",
                "I(--x); I(--x)",
                "I(-(-x)); I(-(-x))",
                "I(+x); I(+x)",
                "I(- x*z); I(-x * z)",
                "I(x*(2*3)); I(x * (2 * 3))",
                "I(x/2/3); I(x/2/3)",
                "I(2^3^x); I(2^3^x)",
                "I(.5*x); I(0.5 * x)",
                "I(1.50*x); I(1.5 * x)",
                "I(1L*x); I(1 * x)",
                "I(1e6*x); I(1e+06 * x)",
                "I(100000*x); I(1e+05 * x)",
                "I(123456*x); I(123456 * x)",
                "I(123456789*x); I(123456789 * x)",
                "I(1e-5*x); I(1e-05 * x)",
                "I(0.0001*x); I(1e-04 * x)",
                "I(x*1000); I(x * 1000)",
                "I(0.1234567890123456789*x); I(0.123456789012346 * x)",
                "poly(x,2); poly(x, 2)",
                "poly(x,degree=2); poly(x, degree = 2)",
                "poly(x,2,raw=TRUE); poly(x, 2, raw = TRUE)",
                "poly(x,2,raw=T); poly(x, 2, raw = T)",
                "scale( x,center=FALSE ); scale(x, center = FALSE)",
                "log(x,base=2); log(x, base = 2)",
                "log((x)); log((x))",
                "`my col`; `my col`",
                "log(`my col`); log(`my col`)",
                "`plain`; plain",
                "`if`; `if`",
                "total.fruits; total.fruits",
                ".x_1; .x_1",
                "größe; größe",
            })
    void spacesAsR(String text, String expected) {
        assertEquals(
                expected,
                Formula.parse("y~" + text + "+(1|g)").fixed().terms().get(0).name());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "(1|g); 1 | g",
                "(x|g); 1 x | g",
                "(0+x|g); 0 x | g",
                "(-1+x|g); 0 x | g",
                "(x-1|g); 0 x | g",
                "(x||g); 1 x || g",
                "(a*x|g); 1 a x a:x | g",
                "(1|a/b); 1 | b:a, a",
                "(1|a/b/c); 1 | c:(b:a), b:a, a",
                "(1|a:b/c); 1 | c:(a:b), a:b",
                "(1|a:b:c); 1 | a:b:c",
                "(1|(a:b)); 1 | (a:b)",
                "(1|factor(h)); 1 | factor(h)",
                "(1|g) - 1; 1 | g",
                "((1|g)); 1 | g",
                "((1|g) + x); 1 | g",
            })
    void randomTerms(String text, String expected) {
        RandomBar bar = Formula.parse("y ~ " + text).bars().get(0);
        StringBuilder found = new StringBuilder(bar.terms().intercept() ? "1" : "0");
        bar.terms().terms().forEach(term -> found.append(' ').append(term.name()));
        found.append(bar.correlated() ? " | " : " || ");
        found.append(bar.groups().stream().map(Group::name).collect(Collectors.joining(", ")));
        assertEquals(expected, found.toString());
    }

    @Test
    void offersItsParts() {
        Formula formula =
                Formula.parse("log(total.fruits+1)~ nutrient*`a md`+\n offset(e) +\t(I(nutrient/10)|popu/gen)");
        assertEquals("log(total.fruits + 1)", formula.response().text());
        assertEquals(List.of("total.fruits", "nutrient", "a md", "e", "popu", "gen"), formula.variables());
        assertEquals("e", formula.fixed().offsets().get(0).text());
        assertEquals("I(nutrient/10) | popu/gen", formula.bars().get(0).text());
        assertEquals(
                "log(total.fruits + 1) ~ nutrient * `a md` + offset(e) + (I(nutrient/10) | popu/gen)",
                formula.toString());
        assertEquals(formula, Formula.parse(formula.toString()));
    }
}
