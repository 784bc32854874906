# Writes matrices.tsv: R's model matrices of small data, and of new rows with the fit's parameters.
# Rscript matrices.R > matrices.tsv
n <- 12
d <- data.frame(y = c(3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8),
                x = c(1, 2, 4, 7, 1.5, 3, 5, 6, 2.5, 0.5, 8, 9),
                z = c(2, 7, 1, 8, 2, 8, 1, 8, 2, 8, 4, 5),
                a = factor(rep(c("p", "q"), n / 2)),
                b = factor(rep(c("u", "v", "w"), each = n / 3)),
                c = factor(c(rep(c("k", "l", "m", "n"), 2), "k", "k", "m", "n")),
                l = rep(c(TRUE, FALSE, FALSE), n / 3))
d$`my col` <- d$x
d$`f x` <- d$a
new <- data.frame(x = c(2.2, 11, 0.25), z = c(3, 3, 9), a = c("q", "p", "q"), b = c("w", "u", "v"),
                  c = c("n", "k", "l"), l = c(FALSE, TRUE, TRUE), check.names = FALSE)
new$`my col` <- new$x
new$`f x` <- new$a
cases <- c("a * b", "a:b", "0 + a:b", "a + a:b", "0 + x:b", "0 + x + x:b", "0 + a + b", "0 + b:x + a", "x:a + b",
           "0 + x + a:b", "0 + a:x:b + b", "x * a - x", "a * b - a", "a * b - 1 - a - b", "b/x", "b/x - 1", "a * b * c",
           "a %in% b", "b + a %in% b", "(a + b + x)^2", "a * l", "0 + l", "x * l", "I(x * l)", "`my col` + `f x`",
           "`f x`:b", "x * z", "x:z", "poly(x, 1)", "poly(x, 3)", "poly(x, 2) * a", "a:poly(x, 2)",
           "0 + poly(x, 2) + x:a", "poly(x, 2, raw = TRUE)", "poly(log(x), degree = 2)", "scale(x) + scale(z, scale = FALSE)",
           "scale(x, center = FALSE)", "scale(log(x))", "I(scale(x)^2)", "log(x + 1) + log10(x) + log2(x) + log1p(x)",
           "log(x, 3) + log(x, base = 2)", "exp(x) + expm1(x) + sqrt(x) + abs(x - 4) + sin(x) + cos(x)", "factor(l)",
           "factor(a) + as.factor(b)", "x * factor(a)", "I(-x^2) + I((-x)^2) + I(x^-1) + I(x - -1)",
           "I(2^1.1^x) + I(x/2/4) + I(x - (2 - 3)) + I(1e+05 * x)", "I(x^2):a", "I(x + z^2/2 - 3 * x)", "-1 + a + b + a:b",
           "(a + x + (z + b)^2)^2", "(a + b)^2 * (x + z)", "I(l^exp(10^x)) + abs(-x^2 + 3/(z - 0.5))",
           "0 + a:b:c", "1", "0 + x", "b + c + b:c")
join <- function(m) paste(apply(m, 2, function(v) paste(format(v, digits = 15, trim = TRUE), collapse = " ")), collapse = "|")
write_case <- function(f, contrasts) {
    t <- terms(as.formula(paste("y ~", f)))
    frame <- model.frame(t, d)
    m <- model.matrix(t, frame, contrasts.arg = contrasts)
    later <- model.frame(delete.response(attr(frame, "terms")), new,
                         xlev = .getXlevels(attr(frame, "terms"), frame))
    # R keeps no parameters of a scale() inside I()
    m2 <- if (f == "I(scale(x)^2)") NULL else model.matrix(delete.response(attr(frame, "terms")), later, contrasts.arg = contrasts)
    cat(f, paste(names(contrasts), unlist(contrasts), sep = "=", collapse = ","),
        paste(colnames(m), collapse = "|"), join(m), if (is.null(m2)) "" else join(m2), sep = "\t")
    cat("\n")
}
cat("# R", as.character(getRversion()), "model.matrix: formula, contrasts, names, columns, columns of the new rows\n")
for (f in cases) write_case(f, NULL)
for (s in c("contr.sum", "contr.helmert", "contr.poly")) {
    write_case("a * b", list(b = s))
    write_case("0 + b + a", list(b = s))
    write_case("x * c", list(c = s))
    write_case("0 + a:c", list(a = s, c = s))
    write_case("a * c", list(a = "contr.sum", c = s))
}
