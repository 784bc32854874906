#pragma once
#define TWICE(x) (2.0 * (x))
